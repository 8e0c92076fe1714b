import type { Authenticator, Caller, SessionOfPerson } from '../contract/caller.ts'
import { Unauthenticated } from '../contract/error-codes.ts'
import type { AccessTokens } from './access-tokens.ts'
import type { SessionRegister } from './session-register.ts'

interface TokenAuthenticatorDeps {
  tokens: AccessTokens
  register: SessionRegister
}

/** Both doors' question who calls: the signature, which may be cached, then the session, of which
 *  this node hears at once (P6). */
export class TokenAuthenticator implements Authenticator {
  readonly #deps: TokenAuthenticatorDeps

  constructor(deps: TokenAuthenticatorDeps) {
    this.#deps = deps
  }

  async authenticate(accessToken: string): Promise<Caller> {
    const claims = await this.#deps.tokens.verify(accessToken)
    const verdict = await this.#deps.register.check(claims.sessionId, claims.userId)
    if (!verdict) throw new Unauthenticated('ended')
    return { ...claims, role: verdict.role }
  }

  listEnded<One extends SessionOfPerson>(
    sessions: readonly One[],
    olderThanMs: number,
  ): Promise<One[]> {
    return this.#deps.register.listEnded(sessions, olderThanMs)
  }
}
