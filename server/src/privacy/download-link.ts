import { createHmac, timingSafeEqual } from 'node:crypto'

/** Where the files are served, before the id. */
export const downloadPath = '/v1/exports'

/** Signs where a file may be fetched until `expires` (seconds since 1970). The key is the export's
 *  own: the link is good for nothing else, and for nothing once the export is gone. */
export function downloadLink(id: string, key: Buffer, expires: number): string {
  return `${downloadPath}/${id}?expires=${expires}&signature=${sign(id, key, expires)}`
}

/** Whether we signed it and its time is not over; `now` in milliseconds. */
export function isSigned(
  { id, key }: { id: string; key: Buffer },
  { expires, signature }: { expires: string; signature: string },
  now: number,
): boolean {
  if (!/^\d{1,12}$/.test(expires) || Number(expires) * 1000 <= now) return false
  const given = Buffer.from(signature)
  const right = Buffer.from(sign(id, key, Number(expires)))
  return given.length === right.length && timingSafeEqual(given, right)
}

function sign(id: string, key: Buffer, expires: number): string {
  return createHmac('sha256', key).update(`${id}.${expires}`).digest('base64url')
}
