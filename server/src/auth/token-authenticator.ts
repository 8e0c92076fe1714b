import type { Authenticator, Caller, SessionOfPerson } from '../contract/caller.ts'
import { Unauthenticated } from '../contract/error-codes.ts'
import type { Clock } from '../infra/clock.ts'
import type { AccessTokens } from './access-tokens.ts'
import type { ForeignTokens } from './foreign-tokens.ts'
import type { PersonalTokens } from './personal-tokens.ts'
import type { SessionRegister } from './session-register.ts'

interface TokenAuthenticatorDeps {
  clock: Clock
  tokens: AccessTokens
  register: SessionRegister
  personalTokens: PersonalTokens
  /** Where there is a TRUSTED_ISSUER. */
  foreignTokens?: ForeignTokens | undefined
}

/** Of tokens that do not run out: the end of the year 9999, which every clock can still tell. */
const never = Date.UTC(10_000, 0) - 1

/** Both doors' question who calls: the signature, which may be cached, then the session, of which
 *  this node hears at once (P6). */
export class TokenAuthenticator implements Authenticator {
  readonly #deps: TokenAuthenticatorDeps

  constructor(deps: TokenAuthenticatorDeps) {
    this.#deps = deps
  }

  async authenticate(accessToken: string): Promise<Caller> {
    if (this.#deps.personalTokens.isPersonal(accessToken)) return this.#personal(accessToken)
    const { tokens, register, foreignTokens } = this.#deps
    const foreign = foreignTokens?.isTheirs(accessToken) ? foreignTokens : undefined
    const claims = await (foreign ?? tokens).verify(accessToken)
    const verdict = await register.check(claims.sessionId, claims.userId)
    if (!verdict) throw new Unauthenticated('ended')
    return { ...claims, role: verdict.role, ...(foreign && { fromIssuer: true as const }) }
  }

  async #personal(token: string): Promise<Caller> {
    const { personalTokens, register, clock } = this.#deps
    const facts = await personalTokens.read(token)
    const { id: sessionId, userId, scopes } = facts
    const expiresAt = facts.expiresAt === null ? never : Date.parse(facts.expiresAt)
    if (expiresAt <= clock.now()) throw new Unauthenticated('expired')
    const verdict = await register.check(sessionId, userId)
    if (!verdict) throw new Unauthenticated('ended')
    personalTokens.used(facts)
    return { userId, sessionId, role: verdict.role, scopes, expiresAt }
  }

  listEnded<One extends SessionOfPerson>(
    sessions: readonly One[],
    olderThanMs: number,
  ): Promise<One[]> {
    return this.#deps.register.listEnded(sessions, olderThanMs)
  }
}
