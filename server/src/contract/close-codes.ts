// Why the server ends a socket (S7). Codes are stable; the range says whether to come back:
// 40xx yes, 45xx no.

interface CloseKind {
  code: number
  /** What it means and what the client does about it. */
  meaning: string
}

export const closeCodes = {
  restarting: {
    code: 4000,
    meaning: 'the server is restarting, or its database has a new epoch; reconnect',
  },
  no_hello: { code: 4001, meaning: 'no hello came in time; reconnect and say hello first' },
  too_slow: {
    code: 4008,
    meaning: 'the client read too slowly; reconnect with cursors, nothing is lost',
  },
  no_pong: { code: 4009, meaning: 'two pings were not answered; reconnect' },
  token_expired: { code: 4010, meaning: 'the access token ran out; renew it, then reconnect' },
  unavailable: {
    code: 4013,
    meaning: 'the server cannot serve now; the reason says afterMs=<n>, reconnect then',
  },
  too_many: {
    code: 4029,
    meaning: 'too many frames were refused; the reason says afterMs=<n>, reconnect then',
  },
  token_invalid: { code: 4501, meaning: 'the access token is not valid; log in again' },
  session_ended: { code: 4502, meaning: 'the session has ended; log in again' },
  protocol_error: { code: 4503, meaning: 'the client broke the protocol; do not repeat it' },
  replaced: {
    code: 4504,
    meaning: 'a newer socket of the same person took the place of this one',
  },
} as const satisfies Record<string, CloseKind>

export type CloseReason = keyof typeof closeCodes
