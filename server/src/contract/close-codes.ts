/** Why a socket was closed (S7). 4000 to 4499: come back; 4500 and above: do not. */
export const closeCodes = {
  restarting: { code: 4000, meaning: 'The node restarts, or the database has a new history.' },
  noHello: { code: 4001, meaning: 'No hello came within five seconds.' },
  slow: { code: 4008, meaning: 'The client reads too slowly; resume with cursors.' },
  noPong: { code: 4009, meaning: 'The client went silent.' },
  tokenExpired: { code: 4010, meaning: 'The access token ran out: refresh it, then come back.' },
  unavailable: { code: 4013, meaning: 'The node cannot serve now; afterMs is in the reason.' },
  tooMany: { code: 4029, meaning: 'Too many frames; afterMs is in the reason.' },
  tokenInvalid: { code: 4501, meaning: 'The access token is not valid.' },
  sessionEnded: { code: 4502, meaning: 'The session has ended: log in again.' },
  protocolError: { code: 4503, meaning: 'A frame broke the protocol.' },
  replaced: { code: 4504, meaning: 'A newer socket of this person took its place.' },
} as const

export type CloseReason = keyof typeof closeCodes
