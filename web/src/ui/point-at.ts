import { ParleyError } from '@parley/client'

/** What the server's sentence cannot say so briefly. */
const short: Partial<Record<ParleyError['code'], string>> = {
  invalid_credentials: 'This is not your password.',
  invalid_code: 'This code is wrong, over or already used.',
}

/**
 * To be given to `catch` in a form: errors of these codes are shown at the field they are about.
 *
 * @example
 * await changePassword(fields).catch(pointAt({ weak_password: 'newPassword' }))
 */
export function pointAt(fields: Partial<Record<ParleyError['code'], string>>) {
  return (error: unknown): never => {
    if (!(error instanceof ParleyError)) throw error
    const field = fields[error.code]
    if (field === undefined) throw error
    const detail = short[error.code] ?? reasonIn(error.message)
    throw new ParleyError(error.code, error.message, {
      status: error.status,
      errors: [{ pointer: `/${field}`, detail }],
    })
  }
}

/** Sentences are "operation; reason". */
function reasonIn(message: string): string {
  const at = message.indexOf('; ')
  return at < 0 ? message : message.slice(at + 2)
}
