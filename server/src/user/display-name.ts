import { AppError } from '../contract/error-codes.ts'

/** Line breaks and the like, and characters that turn the direction of what follows a name. */
const disturbing = /[\p{Cc}\u2028-\u202e\u2066-\u2069]/u
const visible = /[\p{L}\p{N}\p{P}\p{S}]/u

/** The name as it is kept: composed (NFC), trimmed. AppError `invalid_request` where nothing of
 *  it can be seen, or where it would disturb the text around it. */
export function cleanDisplayName(given: string, pointer = '/displayName'): string {
  const name = given.normalize('NFC').trim()
  if (!visible.test(name)) throw refusal(pointer, 'must not be blank')
  if (disturbing.test(name)) throw refusal(pointer, 'must not hold control characters')
  return name
}

function refusal(pointer: string, detail: string): AppError {
  return new AppError('invalid_request', { errors: [{ pointer, detail }] })
}
