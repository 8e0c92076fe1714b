import { ParleyError } from './error.ts'
import type { BrowserSession, SessionGrant } from './generated/schemas.ts'
import { createHttp, throwingFetch } from './http.ts'
import type { Fetch } from './http.ts'

/** A session as it is kept: `expiresAt` is the end of its access token by this device's clock, in
 *  milliseconds. An empty `refreshToken`: reading it has just renewed it. */
export interface StoredSession extends SessionGrant {
  expiresAt: number
}

/** Where a session is kept between two starts of the application. Both may answer later. What they
 *  throw is taken for a broken store, a ParleyError for one that is out of reach just now. */
export interface SessionStore {
  read(): StoredSession | undefined | Promise<StoredSession | undefined>
  /** Without a session: forget it. */
  write(session: StoredSession | undefined): void | Promise<void>
}

/**
 * Keeps the session in the browser's localStorage, for all tabs of one origin.
 *
 * @example
 * const client = new ParleyClient({ url: location.origin, store: localSessionStore() })
 */
export function localSessionStore(key = 'parley.session'): SessionStore {
  return {
    read() {
      const text = localStorage.getItem(key)
      // Written below and nowhere else.
      return text === null ? undefined : (JSON.parse(text) as StoredSession)
    },
    write(session) {
      if (session) localStorage.setItem(key, JSON.stringify(session))
      else localStorage.removeItem(key)
    },
  }
}

/**
 * Keeps the session in a cookie that no script can read: a refresh token out of reach of whatever
 * runs in the page. The page must be the server's own, or of one of its CORS_ORIGINS under the same
 * site, over https or at localhost.
 *
 * @example
 * const client = new ParleyClient({ url, store: cookieSessionStore(url) })
 */
export function cookieSessionStore(
  url: string,
  fetch: Fetch = (request) => globalThis.fetch(request),
): SessionStore {
  const withCookie: Fetch = (request) => fetch(new Request(request, { credentials: 'include' }))
  const http = createHttp(url.replace(/\/+$/, ''), throwingFetch(withCookie))
  return {
    async read() {
      try {
        const { data } = await http.POST('/v1/auth/browser-session/refresh')
        return storedOf(data.session)
      } catch (error) {
        if (error instanceof ParleyError && error.status === 401) return undefined
        throw error
      }
    },
    async write(session) {
      if (!session) await http.DELETE('/v1/auth/browser-session')
      // What came out of the cookie is in it already.
      else if (session.refreshToken !== inCookie) {
        const { refreshToken } = session
        await http.POST('/v1/auth/browser-session', { body: { refreshToken } })
      }
    },
  }
}

/** Stands where the refresh token would be. */
const inCookie = ''

function storedOf(session: BrowserSession): StoredSession {
  const expiresAt = Date.now() + session.expiresIn * 1000
  return { ...session, refreshToken: inCookie, expiresAt }
}
