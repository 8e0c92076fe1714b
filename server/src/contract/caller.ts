import { StringEnum } from './schema.ts'
import type { Scope } from './scopes.ts'
import type { Static } from 'typebox'

export const serverRoles = ['user', 'admin'] as const
export const ServerRole = StringEnum(serverRoles)
export type ServerRole = Static<typeof ServerRole>

/** Who calls, on either door: what the access token and the session register vouch for. */
export interface Caller {
  userId: string
  sessionId: string
  role: ServerRole
  /** What a personal access token was made for; absent: a session, which may all. */
  scopes?: readonly Scope[]
  /** With a token of TRUSTED_ISSUER, which decides how its people sign in. */
  fromIssuer?: true
  /** When the access token runs out, in milliseconds since 1970. */
  expiresAt: number
}

export type SessionOfPerson = Pick<Caller, 'userId' | 'sessionId'>

/** Turns an access token into the caller it was made for; throws Unauthenticated where the
 *  token is forged, expired, for another purpose, or its session or account has ended (P6). */
export interface Authenticator {
  authenticate(accessToken: string): Promise<Caller>
  /** Which of these sessions have ended, as read at most `olderThanMs` ago; asked again and again
   *  of open sockets (P6). */
  listEnded<One extends SessionOfPerson>(
    sessions: readonly One[],
    olderThanMs: number,
  ): Promise<One[]>
}
