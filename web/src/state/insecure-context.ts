/** Browsers keep `crypto.randomUUID` from pages over plain http elsewhere than at localhost; the
 *  SDK needs it for every message. */
export function completeCrypto(): void {
  if (isSecureContext) return
  crypto.randomUUID = randomUuid
}

function randomUuid(): ReturnType<Crypto['randomUUID']> {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  // RFC 9562, version 4 and variant.
  bytes.set([((bytes[6] ?? 0) & 0x0f) | 0x40], 6)
  bytes.set([((bytes[8] ?? 0) & 0x3f) | 0x80], 8)
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
  const part = (from: number, to: number): string => hex.slice(from, to)
  return `${part(0, 8)}-${part(8, 12)}-${part(12, 16)}-${part(16, 20)}-${part(20, 32)}`
}
