import { ParleyError } from './error.ts'
import type { SessionGrant } from './generated/schemas.ts'

interface Held {
  grant: SessionGrant
  /** By this device's clock, in milliseconds. */
  expiresAt: number
  renewAt: number
}

/** Holds the session in memory and renews its access token ahead of time, once for all callers. */
export class SessionKeeper {
  readonly #refresh: (refreshToken: string) => Promise<SessionGrant>
  #held: Held | undefined
  #renewal: Promise<string> | undefined

  constructor(refresh: (refreshToken: string) => Promise<SessionGrant>) {
    this.#refresh = refresh
  }

  get session(): SessionGrant | undefined {
    return this.#held?.grant
  }

  hold(grant: SessionGrant | undefined): void {
    this.#renewal = undefined
    if (!grant) return void (this.#held = undefined)
    const lasts = grant.expiresIn * 1000
    const expiresAt = Date.now() + lasts
    this.#held = { grant, expiresAt, renewAt: expiresAt - Math.min(30_000, lasts / 5) }
  }

  /** How long the access token is good without renewal, in milliseconds. */
  get freshForMs(): number {
    return Math.max(0, (this.#held?.renewAt ?? 0) - Date.now())
  }

  /** An access token that is good for a while yet. ParleyError `no_session` without a session. */
  async accessToken(): Promise<string> {
    const held = this.#require()
    if (this.freshForMs > 0) return held.grant.accessToken
    try {
      return await this.renew()
    } catch (error) {
      // The server cannot renew just now, but the old token still has seconds to live.
      if (this.#held === held && Date.now() < held.expiresAt) return held.grant.accessToken
      throw error
    }
  }

  /** Does the work with an access token, and once more with a newer one where the server
   *  refuses the first. */
  async withToken<T>(work: (token: string) => Promise<T>): Promise<T> {
    const token = await this.accessToken()
    try {
      return await work(token)
    } catch (error) {
      if (!(error instanceof ParleyError) || error.code !== 'unauthenticated') throw error
      const current = this.#require().grant.accessToken
      return await work(current === token ? await this.renew() : current)
    }
  }

  /** Trades the refresh token for a new pair; whoever calls meanwhile gets the same one. */
  async renew(): Promise<string> {
    const held = this.#require()
    this.#renewal ??= this.#renew(held)
    return this.#renewal
  }

  async #renew(held: Held): Promise<string> {
    try {
      const grant = await this.#refresh(held.grant.refreshToken)
      // Someone logged in or out meanwhile: that counts, not this answer.
      if (this.#held !== held) return await this.accessToken()
      this.hold(grant)
      return grant.accessToken
    } catch (error) {
      if (this.#held === held) {
        this.#renewal = undefined
        if (endsSession(error)) this.#held = undefined
      }
      throw error
    }
  }

  #require(): Held {
    if (this.#held) return this.#held
    throw new ParleyError('no_session', 'unable to sign the request; register or log in first')
  }
}

/** The server refused the refresh token itself; anything else may pass. */
function endsSession(error: unknown): boolean {
  return error instanceof ParleyError && (error.status === 401 || error.status === 403)
}
