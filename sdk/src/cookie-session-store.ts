import { ParleyError } from './error.ts'
import type { BrowserSession } from './generated/schemas.ts'
import { createHttp, throwingFetch } from './http.ts'
import type { Fetch } from './http.ts'
import type { SessionStore, StoredSession } from './session-store.ts'

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
        return data && storedOf(data.session)
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
