import type { IncomingHttpHeaders } from 'node:http'
import { hostFormsOf } from '../infra/host-forms.ts'

/** S1: no Origin is no browser; a browser may come from our own host or a listed origin. `null`
 *  (sandboxed frames, files) is nobody. */
export function mayConnect(
  headers: IncomingHttpHeaders,
  corsOrigins: readonly string[],
  publicUrl: string | undefined,
): boolean {
  const { origin, host } = headers
  if (origin === undefined) return true
  if (corsOrigins.includes(origin)) return true
  if (!URL.canParse(origin)) return false
  const from = new URL(origin)
  if (publicUrl !== undefined) return from.origin === new URL(publicUrl).origin
  return host !== undefined && hostFormsOf(from).includes(host.toLowerCase())
}
