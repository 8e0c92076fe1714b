/** Time-based one-time passwords as every authenticator makes them: RFC 6238 with SHA-1, six digits
 *  and steps of 30 s; the secret in base32 (RFC 4648). */
import { HOTP, Secret, TOTP } from 'otpauth'

/** Steps by which the clock of a telephone may be wrong. */
const drift = 1

/** 160 random bits, as RFC 4226 recommends. */
export function newTotpSecret(): string {
  return new Secret({ size: 20 }).base32
}

/** What an authenticator reads from a QR code. */
export function totpUri(secret: string, issuer: string, username: string): string {
  const label = `${encodeURIComponent(issuer)}:${encodeURIComponent(username)}`
  return `otpauth://totp/${label}?secret=${secret}&issuer=${encodeURIComponent(issuer)}`
}

/** The step whose code this is, near this moment and after the last one that was taken. */
export function totpStep(
  secret: string,
  code: string,
  { now, after }: { now: number; after: number },
): number | undefined {
  // otpauth throws where six characters are not six bytes.
  if (!/^\d{6}$/.test(code)) return undefined
  const given = { token: code, secret: Secret.fromBase32(secret) }
  const delta = TOTP.validate({ ...given, timestamp: now, window: drift })
  if (delta === null) return undefined
  const step = TOTP.counter({ timestamp: now }) + delta
  return step > after ? step : undefined
}

/** What an authenticator shows. */
export function totpCode(key: Uint8Array, step: number): string {
  return HOTP.generate({
    secret: new Secret({ buffer: Uint8Array.from(key).buffer }),
    counter: step,
  })
}

export function bytesOf(secret: string): Buffer {
  return Buffer.from(Secret.fromBase32(secret).bytes)
}
