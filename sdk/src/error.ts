import type { ErrorCode, ErrorReply, Problem } from './generated/schemas.ts'

/** What can go wrong on this side of the wire; every other code is the server's. */
export type ClientErrorCode =
  /** There is no session: register or log in first. */
  | 'no_session'
  /** The account is made once its e-mail address is confirmed: a mail says the rest. */
  | 'confirmation_needed'
  /** The platform has no WebSocket, and none was passed in. */
  | 'no_websocket'
  /** The server could not be reached. */
  | 'unreachable'
  /** No answer came in time: the outcome is unknown, the same clientId will tell. */
  | 'timeout'
  /** The line ended before the answer: the outcome is unknown, the same clientId will tell. */
  | 'connection_lost'
  /** Something answered that is not Parley: a proxy, another server. */
  | 'unexpected_answer'

export type Fault = NonNullable<Problem['errors']>[number]

/** How a line ended: the close code (4000 to 4499: come back; from 4500 on: do not). */
export interface Closed {
  code: number
  reason: string
}

interface Details {
  status?: number
  requestId?: string
  retryAfterMs?: number
  errors?: Fault[]
  closed?: Closed
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
  declare readonly status: number | undefined
  /** Names the request in the server's log. */
  declare readonly requestId: string | undefined
  /** How long to wait before trying again, in milliseconds. */
  declare readonly retryAfterMs: number | undefined
  /** Which parts of the input were refused, and why. */
  declare readonly errors: Fault[] | undefined
  /** How the line ended, where that is what happened. */
  declare readonly closed: Closed | undefined

  constructor(code: ErrorCode | ClientErrorCode, message: string, details: Details = {}) {
    super(message, { cause: details.cause })
    this.name = 'ParleyError'
    this.code = code
    const { status, requestId, retryAfterMs, errors, closed } = details
    Object.assign(this, { status, requestId, retryAfterMs, errors, closed })
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

/** The same may well succeed a little later; a send with the same clientId is stored once. */
const passing = new Set<ParleyError['code']>([
  'unreachable',
  'timeout',
  'connection_lost',
  'unexpected_answer',
  'rate_limited',
  'overloaded',
  'unavailable',
  'outcome_unknown',
  'internal',
])

/** Whether it is worth trying again by itself. */
export function isPassing(error: unknown): error is ParleyError {
  return error instanceof ParleyError && passing.has(error.code)
}
