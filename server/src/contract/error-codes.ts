// Every error Parley can answer with, on either door: its HTTP status and the reason in its
// sentence. Codes are stable: clients branch on them.
import type { ErrorKind } from './error-kind.ts'
import { signInErrors } from './sign-in-errors.ts'

export const errorCodes = {
  invalid_request: {
    status: 400,
    title: 'Invalid request',
    reason: 'the request does not match its description',
  },
  invalid_seq: {
    status: 400,
    title: 'Invalid sequence number',
    reason: 'the room has no entry with that number yet',
  },
  unauthenticated: {
    status: 401,
    title: 'Not signed in',
    reason: 'the access token is missing, expired or no longer valid',
  },
  forbidden: {
    status: 403,
    title: 'Not permitted',
    reason: 'you are not permitted to do this',
  },
  insufficient_scope: {
    status: 403,
    title: 'Scope lacking',
    reason: 'the personal access token was not made for this',
  },
  not_found: { status: 404, title: 'Not found', reason: 'there is nothing at this address' },
  method_not_allowed: {
    status: 405,
    title: 'Method not allowed',
    reason: 'this address takes other methods; `Allow` names them',
  },
  upgrade_required: {
    status: 426,
    title: 'Upgrade required',
    reason: 'come to this address by WebSocket',
  },
  user_not_found: { status: 404, title: 'User not found', reason: 'there is no such user' },
  room_not_found: {
    status: 404,
    title: 'Room not found',
    reason: 'there is no such room, or you are not a member of it',
  },
  message_not_found: {
    status: 404,
    title: 'Message not found',
    reason: 'there is no such message in this room',
  },
  member_not_found: {
    status: 404,
    title: 'Member not found',
    reason: 'this person is not a member of the room',
  },
  export_not_found: {
    status: 404,
    title: 'Export not found',
    reason: 'there is no such export, or the link to it is over',
  },
  client_id_conflict: {
    status: 409,
    title: 'Client id used before',
    reason: 'this clientId was used for another content',
  },
  direct_room_fixed: {
    status: 409,
    title: 'Direct rooms are fixed',
    reason: 'a direct room has two fixed members and no name',
  },
  room_archived: {
    status: 409,
    title: 'Room archived',
    reason: 'the room is archived; everyone reads and nobody writes',
  },
  room_limit: {
    status: 409,
    title: 'Too many rooms',
    reason: 'a person can be a member of at most 1,000 rooms',
  },
  block_limit: {
    status: 409,
    title: 'Too many blocks',
    reason: 'a person can block at most 1,000 others',
  },
  last_owner: {
    status: 409,
    title: 'Last owner',
    reason: 'a room keeps one owner; make someone else owner first',
  },
  last_admin: {
    status: 409,
    title: 'Last administrator',
    reason: 'this is the last administrator of the server',
  },
  payload_too_large: {
    status: 413,
    title: 'Request too large',
    reason: 'the request is larger than this server accepts',
  },
  unsupported_media_type: {
    status: 415,
    title: 'Unsupported media type',
    reason: 'the body must be application/json',
  },
  direct_with_self: {
    status: 422,
    title: 'Direct room with oneself',
    reason: 'a direct room needs another person',
  },
  rate_limited: {
    status: 429,
    title: 'Too many requests',
    reason: 'there were too many requests; wait before trying again',
  },
  internal: {
    status: 500,
    title: 'Internal error',
    reason: 'something went wrong on the server; the request id names it in the log',
  },
  overloaded: {
    status: 503,
    title: 'Overloaded',
    reason: 'the server has too much to do; nothing was stored, try again',
  },
  unavailable: {
    status: 503,
    title: 'Unavailable',
    reason: 'the server cannot reach what it needs; nothing was stored, try again',
  },
  outcome_unknown: {
    status: 503,
    title: 'Outcome unknown',
    reason: 'the answer of the database was lost; repeat the request, the same clientId will tell',
  },
  ...signInErrors,
} as const satisfies Record<string, ErrorKind>

export type ErrorCode = keyof typeof errorCodes

/** One fault of an input: where (RFC 6901 pointer into the body, query or path) and what. */
export interface Fault {
  pointer: string
  detail: string
}

interface ErrorDetails {
  /** Replaces the registry's reason where a more exact one helps. */
  reason?: string
  errors?: Fault[]
  retryAfterMs?: number
  cause?: unknown
}

/** What a service throws. Doors turn it into a problem (HTTP) or an error reply (socket). */
export class AppError extends Error {
  readonly code: ErrorCode
  readonly errors: Fault[] | undefined
  readonly retryAfterMs: number | undefined

  constructor(code: ErrorCode, details: ErrorDetails = {}) {
    super(details.reason ?? errorCodes[code].reason, { cause: details.cause })
    this.name = 'AppError'
    this.code = code
    this.errors = details.errors
    this.retryAfterMs = details.retryAfterMs
  }

  get status(): number {
    return errorCodes[this.code].status
  }

  /** "unable to send message; you are not a member of this room" */
  sentence(operation: string): string {
    return `unable to ${operation}; ${this.message}`
  }
}

/** `unauthenticated`, with what a socket's close code must tell apart. */
export class Unauthenticated extends AppError {
  readonly why: 'invalid' | 'expired' | 'ended'

  constructor(why: 'invalid' | 'expired' | 'ended', cause?: unknown, reason?: string) {
    super('unauthenticated', { cause, ...(reason !== undefined && { reason }) })
    this.why = why
  }
}
