import { ParleyError } from './error.ts'
import type { SessionGrant } from './generated/schemas.ts'
import type { SessionStore } from './session-store.ts'

interface Held {
  grant: SessionGrant
  /** By this device's clock, in milliseconds. */
  expiresAt: number
  renewAt: number
}

/** Holds the session and renews its access token ahead of time, once for all callers. */
export class SessionKeeper {
  readonly #refresh: (refreshToken: string) => Promise<SessionGrant>
  /** One that is broken is not asked again, the session lives on in memory; one at the server may
   *  be out of reach for a while. */
  #store: SessionStore | undefined
  /** Settled once the store has been read; read again where it could not be reached. */
  #loading: Promise<void> | undefined
  #held: Held | undefined
  #renewal: Promise<string> | undefined

  constructor(refresh: (refreshToken: string) => Promise<SessionGrant>, store?: SessionStore) {
    this.#refresh = refresh
    this.#store = store
    this.#loaded().catch(() => {}) // whoever needs it asks again
  }

  get session(): SessionGrant | undefined {
    return this.#held?.grant
  }

  /** Holds this session from now on, here only. */
  hold(grant: SessionGrant | undefined, expiresAt?: number): void {
    this.#renewal = undefined
    if (!grant) return void (this.#held = undefined)
    const lasts = grant.expiresIn * 1000
    const ends = expiresAt ?? Date.now() + lasts
    this.#held = { grant, expiresAt: ends, renewAt: ends - Math.min(30_000, lasts / 5) }
  }

  /** Holds it and keeps it in the store. */
  async keep(grant: SessionGrant | undefined): Promise<void> {
    this.hold(grant)
    const held = this.#held
    const stored = held && { ...held.grant, expiresAt: held.expiresAt }
    await this.#asking((store) => store.write(stored))
  }

  /** Whether there is a session, once the store has been read. */
  async restored(): Promise<boolean> {
    await this.#loaded()
    return this.#held !== undefined
  }

  /** How long the access token is good without renewal, in milliseconds. */
  get freshForMs(): number {
    return Math.max(0, (this.#held?.renewAt ?? 0) - Date.now())
  }

  /** An access token that is good for a while yet. ParleyError `no_session` without a session. */
  async accessToken(): Promise<string> {
    await this.#loaded()
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
    await this.#loaded()
    const held = this.#require()
    this.#renewal ??= this.#renew(held)
    return this.#renewal
  }

  async #renew(held: Held): Promise<string> {
    try {
      if (await this.#adoptStored(held)) return await this.accessToken()
      const grant = await this.#refresh(held.grant.refreshToken)
      // Someone logged in or out meanwhile: that counts, not this answer.
      if (this.#held !== held) return await this.accessToken()
      await this.keep(grant)
      return grant.accessToken
    } catch (error) {
      if (this.#held === held) {
        this.#renewal = undefined
        if (endsSession(error)) await this.keep(undefined)
      }
      throw error
    }
  }

  /** Another tab with the same store may have renewed, or logged out, before: a refresh token is
   *  good for one use. A store in a cookie renews by itself when it is read. */
  async #adoptStored(held: Held): Promise<boolean> {
    const stored = await this.#asking((store) => store.read())
    if (this.#held !== held) return true
    if (!this.#store) return false
    if (stored?.refreshToken && stored.refreshToken === held.grant.refreshToken) return false
    this.hold(stored, stored?.expiresAt)
    return true
  }

  #loaded(): Promise<void> {
    this.#loading ??= this.#load().catch((error: unknown) => {
      this.#loading = undefined
      throw error
    })
    return this.#loading
  }

  async #load(): Promise<void> {
    if (this.#held) return
    const stored = await this.#asking((store) => store.read())
    if (stored && !this.#held) this.hold(stored, stored.expiresAt)
  }

  async #asking<T>(work: (store: SessionStore) => T | Promise<T>): Promise<T | undefined> {
    try {
      return this.#store && (await work(this.#store))
    } catch (error) {
      if (error instanceof ParleyError) throw error
      this.#store = undefined
      return undefined
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
