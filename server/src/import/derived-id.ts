import { createHash } from 'node:crypto'

/** A UUID (version 8, RFC 9562) made from these parts: the same parts are the same id, for ever. */
export function derivedId(...parts: readonly (string | number | Buffer)[]): string {
  const hash = createHash('sha256')
  for (const part of parts) {
    const bytes = Buffer.isBuffer(part) ? part : Buffer.from(String(part))
    // With its length, so that no two lists of parts read the same.
    hash.update(`${bytes.length}:`).update(bytes)
  }
  const hex = hash.digest('hex')
  const variant = '89ab'[Number.parseInt(hex.slice(15, 16), 16) % 4]
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(12, 15)}`,
    `${variant}${hex.slice(16, 19)}`,
    hex.slice(20, 32),
  ].join('-')
}
