import { AppError } from '../contract/error-codes.ts'

/** Of the library's codes: the provider answered nothing, or nothing one can read. */
const unreadable = new Set([
  'OAUTH_TIMEOUT',
  'OAUTH_ABORT',
  'OAUTH_PARSE_ERROR',
  'OAUTH_RESPONSE_IS_NOT_JSON',
  'OAUTH_RESPONSE_IS_NOT_CONFORM',
  'OAUTH_HTTP_REQUEST_FORBIDDEN',
  'OAUTH_MISSING_SERVER_METADATA',
  'OAUTH_INVALID_SERVER_METADATA',
  'OAUTH_WWW_AUTHENTICATE_CHALLENGE',
])

/** What went wrong with a provider, in our words. The library's errors hold what the provider sent,
 *  tokens included: only their sentences go on, into the log. */
export function openIdFailure(provider: string, error: unknown): AppError {
  if (error instanceof AppError) return error
  const cause = new Error(`${provider}: ${sentencesOf(error).join('; ')}`)
  const { code, said } = { code: textOf(error, 'code'), said: textOf(error, 'error') }
  if (code === 'OAUTH_AUTHORIZATION_RESPONSE_ERROR') return refusalOf(said, cause)
  // The code it gave is used up, or of another sign-in; all else it refuses is between it and us.
  if (said === 'invalid_grant') return new AppError('invalid_sign_in', { cause })
  const isAway = unreadable.has(code) || said !== '' || isNetwork(error)
  return new AppError(isAway ? 'provider_unavailable' : 'invalid_sign_in', { cause })
}

function refusalOf(said: string, cause: Error): AppError {
  if (said === 'server_error' || said === 'temporarily_unavailable') {
    return new AppError('provider_unavailable', { cause })
  }
  return new AppError('sign_in_refused', { cause })
}

/** What fetch throws where nobody answers, in time or at all. */
function isNetwork(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  return (
    error.name === 'TimeoutError' || (error instanceof TypeError && /fetch/.test(error.message))
  )
}

function sentencesOf(error: unknown): string[] {
  const sentences: string[] = []
  for (let one = error; one instanceof Error && sentences.length < 5; one = one.cause) {
    sentences.push(one.message)
  }
  return sentences
}

function textOf(error: unknown, name: 'code' | 'error'): string {
  const value: unknown = error instanceof Error ? Reflect.get(error, name) : undefined
  return typeof value === 'string' ? value : ''
}
