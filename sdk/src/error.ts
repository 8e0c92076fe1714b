import type { ErrorCode, ErrorReply, Problem } from './generated/schemas.ts'

/** What can go wrong on this side of the wire; every other code is the server's. */
export type ClientErrorCode =
  /** There is no session: register or log in first. */
  | 'no_session'
  /** The server could not be reached. */
  | 'unreachable'
  /** No answer came in time: the outcome is unknown, the same clientId will tell. */
  | 'timeout'
  /** The line ended before the answer: the outcome is unknown, the same clientId will tell. */
  | 'connection_lost'
  /** Something answered that is not Parley: a proxy, another server. */
  | 'unexpected_answer'

export type Fault = NonNullable<Problem['errors']>[number]

interface Details {
  status?: number
  requestId?: string
  retryAfterMs?: number
  errors?: Fault[]
  cause?: unknown
}

/**
 * Every error of this library. Branch on `code`; `message` is a sentence for people.
 *
 * @example
 * try {
 *   await client.login({ login: 'ada', password })
 * } catch (error) {
 *   if (error instanceof ParleyError && error.code === 'invalid_credentials') askAgain()
 *   else throw error
 * }
 */
export class ParleyError extends Error {
  readonly code: ErrorCode | ClientErrorCode
  /** The HTTP status, where the error came over HTTP. */
  readonly status: number | undefined
  /** Names the request in the server's log. */
  readonly requestId: string | undefined
  /** How long to wait before trying again, in milliseconds. */
  readonly retryAfterMs: number | undefined
  /** Which parts of the input were refused, and why. */
  readonly errors: Fault[] | undefined

  constructor(code: ErrorCode | ClientErrorCode, message: string, details: Details = {}) {
    super(message, { cause: details.cause })
    this.name = 'ParleyError'
    this.code = code
    this.status = details.status
    this.requestId = details.requestId
    this.retryAfterMs = details.retryAfterMs
    this.errors = details.errors
  }
}

/** The error an unsuccessful HTTP answer stands for. */
export async function errorOfResponse(response: Response): Promise<ParleyError> {
  const { status, headers } = response
  if (headers.get('content-type')?.startsWith('application/problem+json')) {
    // The server's own tests check every problem against its document.
    const problem = (await response.json()) as Problem
    return new ParleyError(problem.code, problem.detail, problem)
  }
  return new ParleyError('unexpected_answer', `unable to understand the answer; status ${status}`, {
    status,
    requestId: headers.get('x-request-id') ?? undefined,
  })
}

/** The error a refused command stands for. */
export function errorOfReply({ error }: ErrorReply): ParleyError {
  return new ParleyError(error.code, error.message, { retryAfterMs: error.retryAfterMs })
}
