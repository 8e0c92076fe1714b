import type { RequestContext } from '../contract/endpoint.ts'
import { AppError } from '../contract/error-codes.ts'
import { mayConnect } from '../realtime/origin.ts'
import { accessTokenLifetime } from './access-tokens.ts'
import type { AccessTokens } from './access-tokens.ts'
import { deviceOf } from './device.ts'
import { noRefreshCookie, refreshCookie, tokenInCookie } from './refresh-cookie.ts'
import type { BrowserSession } from './schema.ts'
import type { SessionRefresh } from './session-refresh.ts'
import type { Sessions, StartedSession } from './sessions.ts'

interface BrowserSessionsDeps {
  refresher: SessionRefresh
  sessions: Sessions
  tokens: AccessTokens
  corsOrigins: readonly string[]
  publicUrl?: string | undefined
  /** How long an unused session lives: no cookie outlasts it. */
  idleDays: number
}

interface Kept {
  session: BrowserSession
  /** For Set-Cookie. */
  cookie: string
}

/**
 * Sessions whose refresh token a browser keeps in a cookie, where no script can read it. A cookie
 * comes with whatever request a page causes, so each call must say that it comes from a page of
 * ours: `Origin` is set by the browser, never by a page.
 */
export class BrowserSessions {
  readonly #deps: BrowserSessionsDeps

  constructor(deps: BrowserSessionsDeps) {
    this.#deps = deps
  }

  /** Moves a session's refresh token into a cookie; the presented one is used up. AppError
   *  `foreign_origin`, `invalid_refresh_token`. */
  async adopt(refreshToken: string, context: RequestContext): Promise<Kept> {
    this.#requireOurPage(context)
    return this.#keep(await this.#deps.refresher.refresh(refreshToken, deviceOf(context)))
  }

  /** For a browser that comes back from signing in elsewhere, its page not yet there to ask. */
  cookieFor({ refreshToken }: StartedSession): string {
    return refreshCookie(refreshToken, this.#deps.idleDays)
  }

  /** Undefined without a cookie, as every visitor comes. AppError `foreign_origin`,
   *  `invalid_refresh_token`. */
  async refresh(context: RequestContext): Promise<Kept | undefined> {
    this.#requireOurPage(context)
    const token = tokenInCookie(context.cookie)
    if (token === undefined) return undefined
    return this.#keep(await this.#deps.refresher.refresh(token, deviceOf(context)))
  }

  /** Ends the session of the cookie, where it has one, and takes the cookie away: the value for
   *  Set-Cookie. AppError `foreign_origin`. */
  async end(context: RequestContext): Promise<string> {
    this.#requireOurPage(context)
    const { refresher, sessions } = this.#deps
    const token = tokenInCookie(context.cookie)
    if (token === undefined) return noRefreshCookie
    try {
      const { userId, id } = await refresher.refresh(token, deviceOf(context))
      await sessions.logOut(userId, id)
    } catch (error) {
      // Over already: what the caller wants.
      if (!(error instanceof AppError && error.code === 'invalid_refresh_token')) throw error
    }
    return noRefreshCookie
  }

  async #keep({ id, userId, refreshToken }: StartedSession): Promise<Kept> {
    const { tokens, idleDays } = this.#deps
    const accessToken = await tokens.issue(userId, id)
    return {
      session: { id, accessToken, expiresIn: accessTokenLifetime },
      cookie: refreshCookie(refreshToken, idleDays),
    }
  }

  #requireOurPage({ origin, host }: RequestContext): void {
    const { corsOrigins, publicUrl } = this.#deps
    const ours = origin !== undefined && mayConnect({ origin, host }, corsOrigins, publicUrl)
    if (!ours) throw new AppError('foreign_origin')
  }
}
