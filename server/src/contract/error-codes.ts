// Every error Parley can answer with, on either door: its HTTP status and the reason in its
// sentence. Codes are stable: clients branch on them.

interface ErrorKind {
  status: number
  title: string
  /** The second half of the sentence "unable to <operation>; <reason>". */
  reason: string
}

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
  weak_password: {
    status: 400,
    title: 'Password refused',
    reason: 'the password is too common; choose another one',
  },
  password_too_long: {
    status: 400,
    title: 'Password too long',
    reason: 'a password has at most 72 bytes',
  },
  invalid_token: {
    status: 400,
    title: 'Token refused',
    reason: 'the token is unknown, expired or already used',
  },
  unauthenticated: {
    status: 401,
    title: 'Not signed in',
    reason: 'the access token is missing, expired or no longer valid',
  },
  invalid_credentials: {
    status: 401,
    title: 'Wrong login or password',
    reason: 'the login or the password is wrong',
  },
  two_factor_required: {
    status: 401,
    title: 'Code required',
    reason: 'this account asks for a code of the authenticator too, or a recovery code',
  },
  invalid_code: {
    status: 401,
    title: 'Wrong code',
    reason: 'the code is wrong, over or already used',
  },
  invalid_refresh_token: {
    status: 401,
    title: 'Refresh token refused',
    reason: 'the refresh token is unknown, expired or already used',
  },
  invalid_passkey: {
    status: 401,
    title: 'Passkey refused',
    reason: 'the passkey is unknown here, or its answer does not fit what was asked',
  },
  invalid_sign_in: {
    status: 401,
    title: 'Sign-in refused',
    reason:
      'this sign-in is over or already used, or what the provider says does not fit it; begin again',
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
  account_suspended: {
    status: 403,
    title: 'Account suspended',
    reason: 'this account is suspended',
  },
  foreign_origin: {
    status: 403,
    title: 'Foreign origin',
    reason: 'the request does not come from a page of this server, nor of an origin it lists',
  },
  sign_in_refused: {
    status: 403,
    title: 'Refused by the provider',
    reason: 'the provider refused, or the sign-in was cancelled there',
  },
  registration_closed: {
    status: 403,
    title: 'Registration closed',
    reason: 'this server does not accept new accounts',
  },
  invitation_required: {
    status: 403,
    title: 'Invitation required',
    reason: 'this server accepts new accounts by invitation only',
  },
  invalid_invitation: {
    status: 403,
    title: 'Invitation refused',
    reason: 'the invitation is unknown, over, used up or taken back',
  },
  email_not_allowed: {
    status: 403,
    title: 'E-mail address not allowed',
    reason: 'this server accepts addresses of certain domains only',
  },
  not_found: { status: 404, title: 'Not found', reason: 'there is nothing at this address' },
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
  session_not_found: {
    status: 404,
    title: 'Session not found',
    reason: 'you have no such session',
  },
  invitation_not_found: {
    status: 404,
    title: 'Invitation not found',
    reason: 'there is no such invitation',
  },
  token_not_found: {
    status: 404,
    title: 'Token not found',
    reason: 'there is no such token',
  },
  export_not_found: {
    status: 404,
    title: 'Export not found',
    reason: 'there is no such export, or the link to it is over',
  },
  passkey_not_found: {
    status: 404,
    title: 'Passkey not found',
    reason: 'you have no such passkey',
  },
  provider_not_found: {
    status: 404,
    title: 'Provider not found',
    reason: 'this server knows no provider of that name',
  },
  identity_not_found: {
    status: 404,
    title: 'Identity not found',
    reason: 'your account is linked to no such identity',
  },
  username_taken: {
    status: 409,
    title: 'Username taken',
    reason: 'this username belongs to someone else',
  },
  email_taken: {
    status: 409,
    title: 'E-mail address taken',
    reason: 'this e-mail address belongs to another account',
  },
  identity_taken: {
    status: 409,
    title: 'Identity taken',
    reason: 'this identity is linked to another account',
  },
  last_way_in: {
    status: 409,
    title: 'Last way to sign in',
    reason: 'it is the last way to sign in to this account; set up another one first',
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
  token_limit: {
    status: 409,
    title: 'Too many tokens',
    reason: 'an account has at most 50 tokens; end one first',
  },
  passkey_limit: {
    status: 409,
    title: 'Too many passkeys',
    reason: 'an account has at most 20 passkeys; remove one first',
  },
  passkey_taken: {
    status: 409,
    title: 'Passkey registered already',
    reason: 'this passkey is registered already',
  },
  two_factor_on: {
    status: 409,
    title: 'Two-factor is on',
    reason: 'an authenticator is set up already; turn it off first',
  },
  two_factor_off: {
    status: 409,
    title: 'Two-factor is off',
    reason: 'no authenticator is set up',
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
  provider_unavailable: {
    status: 502,
    title: 'Provider out of reach',
    reason: 'the provider does not answer as it should; try again later, or sign in another way',
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
