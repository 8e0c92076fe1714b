import { AppError } from '../contract/error-codes.ts'
import { commonPasswords } from './common-passwords.ts'

/** bcrypt reads no more: longer passwords are refused, never cut. */
export const maxPasswordBytes = 72

/** One form for what looks the same on every keyboard (RFC 8265, OpaqueString). */
export function normalisePassword(password: string): string {
  return password.normalize('NFC')
}

/** What a new password must be. */
export class PasswordPolicy {
  readonly #common = new Set(commonPasswords.split('\n'))

  /** Returns the password as it is to be hashed. AppError `password_too_long`, `weak_password`. */
  accept(given: string): string {
    const password = normalisePassword(given)
    if (Buffer.byteLength(password) > maxPasswordBytes) throw new AppError('password_too_long')
    if (Array.from(password).length < 8) {
      throw new AppError('weak_password', { reason: 'a password has at least 8 characters' })
    }
    if (this.#common.has(password.toLowerCase())) throw new AppError('weak_password')
    return password
  }
}
