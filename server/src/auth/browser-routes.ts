import { endpoint } from '../contract/endpoint.ts'
import type { Endpoint } from '../contract/endpoint.ts'
import { ref } from '../contract/schema.ts'
import type { BrowserSessions } from './browser-sessions.ts'
import { KeptSession, RefreshRequest } from './schema.ts'

const path = '/v1/auth/browser-session'
const common = { tag: 'Auth', access: 'public', limit: 'auth' } as const
const uncached = { 'cache-control': 'no-store' }

/** For web pages: the refresh token in a cookie instead of in the hands of scripts. */
export function browserRoutes({ browsers }: { browsers: BrowserSessions }): Endpoint[] {
  return [
    endpoint(
      {
        ...common,
        method: 'POST',
        path,
        id: 'keepSessionInCookie',
        summary: 'Keep a session in a cookie',
        description:
          'For web pages, right after signing in: the refresh token moves into an HttpOnly cookie ' +
          '(`__Host-parley`; over https, or at localhost), the one in the body is used up, and ' +
          '`refreshBrowserSession` takes its place. The request must come from a page of this ' +
          'server or of an origin in CORS_ORIGINS under the same site, with `credentials: "include"`.',
        body: ref(RefreshRequest),
        example: { refreshToken: 'kPZ0bQW6b3lFhoIFlmSBVA3y4zaWA0bCekAhgaOKqEU' },
        answers: { 200: { description: 'The session goes on.', body: ref(KeptSession) } },
        errors: ['foreign_origin', 'invalid_refresh_token'],
      },
      async ({ body, context }) => {
        const { session, cookie } = await browsers.adopt(body.refreshToken, context)
        return { status: 200, body: { session }, headers: { ...uncached, 'set-cookie': cookie } }
      },
    ),
    endpoint(
      {
        ...common,
        method: 'POST',
        path: `${path}/refresh`,
        id: 'refreshBrowserSession',
        summary: 'A new access token, by the cookie',
        description:
          'As `refreshSession`, with the refresh token of the cookie. Several tabs may do so at once.',
        answers: {
          200: { description: 'The session goes on.', body: ref(KeptSession) },
          204: { description: 'There is no cookie: nobody is signed in.', body: null },
        },
        errors: ['foreign_origin', 'invalid_refresh_token'],
      },
      async ({ context }) => {
        const kept = await browsers.refresh(context)
        if (!kept) return { status: 204, body: null, headers: uncached }
        const { session, cookie } = kept
        return { status: 200, body: { session }, headers: { ...uncached, 'set-cookie': cookie } }
      },
    ),
    endpoint(
      {
        ...common,
        method: 'DELETE',
        path,
        id: 'endBrowserSession',
        summary: 'Sign this browser out',
        description:
          'Ends the session of the cookie and takes the cookie away; needs no access token.',
        answers: { 204: { description: 'Signed out.', body: null } },
        errors: ['foreign_origin'],
      },
      async ({ context }) => ({
        status: 204,
        body: null,
        headers: { 'set-cookie': await browsers.end(context) },
      }),
    ),
  ]
}
