import { endpoint } from '../contract/endpoint.ts'
import type { Endpoint } from '../contract/endpoint.ts'
import { Struct, ref } from '../contract/schema.ts'
import { Type } from 'typebox'
import type { AccessTokens } from './access-tokens.ts'
import type { BrowserSessions } from './browser-sessions.ts'
import type { OpenIdFlows } from './openid-flows.ts'
import type { OpenIdProviders } from './openid-providers.ts'
import type { Passwords } from './passwords.ts'
import {
  OpenIdCallback,
  OpenIdRedirect,
  OpenIdStart,
  OpenIdTicket,
  Provider,
  ProviderName,
} from './openid-schema.ts'
import { SignedIn } from './schema.ts'
import { grantOf } from './session-grant.ts'

const path = '/v1/auth/openid'
const common = { tag: 'Auth', access: 'public', limit: 'auth' } as const
const uncached = { 'cache-control': 'no-store' }
const params = Struct({ provider: ProviderName })
const waysInHere = Struct({
  items: Type.Array(ref(Provider)),
  passwords: Type.Boolean({ description: 'Whether passwords sign in here too.', examples: [true] }),
})

/** What a first sign-in may be refused with. */
const ofNewcomers = [
  'account_suspended',
  'registration_closed',
  'invitation_required',
  'invalid_invitation',
  'email_not_allowed',
  'email_taken',
] as const

interface OpenIdServices {
  openIdProviders: OpenIdProviders
  openIdFlows: OpenIdFlows
  browsers: BrowserSessions
  tokens: AccessTokens
  passwords: Pick<Passwords, 'areTaken'>
}

/** Signing in with somebody else's word for it (OpenID Connect). */
export function openIdRoutes(services: OpenIdServices): Endpoint[] {
  return [...startRoutes(services), callbackRoute(services), ticketRoute(services)]
}

function startRoutes({ openIdProviders, openIdFlows, passwords }: OpenIdServices): Endpoint[] {
  return [
    endpoint(
      {
        ...common,
        method: 'GET',
        path,
        id: 'listProviders',
        summary: 'Whom one can sign in with',
        description:
          'One button each; none where OIDC_PROVIDERS names nobody. Where `passwords` is false, ' +
          'everything about them is refused (`passwords_off`): show no form for one.',
        answers: { 200: { description: 'Providers.', body: waysInHere } },
        errors: [],
      },
      async () => ({
        status: 200,
        body: { items: openIdProviders.list(), passwords: passwords.areTaken },
      }),
    ),
    endpoint(
      {
        ...common,
        method: 'POST',
        path: `${path}/{provider}`,
        id: 'beginSignIn',
        summary: 'Begin to sign in with a provider',
        description:
          'Send the browser to `url`. It comes back to `returnTo`: signed in, with the refresh token ' +
          'in the cookie of `refreshBrowserSession`; with `#sign-in-ticket=…` where a code is asked ' +
          'for (`redeemSignIn`); with `#sign-in-error=<code>` where it failed. From a page of another ' +
          'origin call with `credentials: "include"`. A native app gives a `challenge`, opens `url` ' +
          "in the system's browser, and is handed `?ticket=…` or `?error=<code>`.",
        params,
        body: ref(OpenIdStart),
        example: { returnTo: '/' },
        answers: { 200: { description: 'Where to go.', body: ref(OpenIdRedirect) } },
        errors: ['provider_not_found', 'provider_unavailable'],
      },
      async ({ params: { provider }, body, context }) => {
        const { url, cookie } = await openIdFlows.begin(provider, body, context)
        const headers = { ...uncached, ...(cookie !== undefined && { 'set-cookie': cookie }) }
        return { status: 200, body: { url }, headers }
      },
    ),
  ]
}

function callbackRoute({ openIdFlows, browsers }: OpenIdServices): Endpoint {
  return endpoint(
    {
      ...common,
      method: 'GET',
      path: `${path}/{provider}/callback`,
      id: 'finishSignIn',
      summary: 'Where providers send browsers back to',
      description:
        'Not called by clients: register it with the provider. A program that does not ask for ' +
        '`text/html` is answered what went wrong, a browser is sent on with it.',
      params,
      query: OpenIdCallback,
      answers: { 303: { description: 'On to where the sign-in was begun.', body: null } },
      errors: [
        'provider_not_found',
        'invalid_sign_in',
        'sign_in_refused',
        'provider_unavailable',
        'identity_taken',
        ...ofNewcomers,
      ],
    },
    async ({ params: { provider }, query, context }) => {
      const { location, signedIn } = await openIdFlows.comeBack(provider, query, context)
      const cookie = signedIn && browsers.cookieFor(signedIn.session)
      const headers = {
        ...uncached,
        location,
        ...(cookie !== undefined && { 'set-cookie': cookie }),
      }
      return { status: 303, body: null, headers }
    },
  )
}

function ticketRoute({ openIdFlows, tokens }: OpenIdServices): Endpoint {
  return endpoint(
    {
      ...common,
      method: 'POST',
      path: '/v1/auth/openid-session',
      id: 'redeemSignIn',
      summary: 'Exchange the ticket of a sign-in for a session',
      description:
        'For native apps, with the `verifier`, and for accounts that ask for a code of the ' +
        'authenticator: after `two_factor_required` send the same again with `code`.',
      body: ref(OpenIdTicket),
      example: {
        ticket: 'kPZ0bQW6b3lFhoIFlmSBVA3y4zaWA0bCekAhgaOKqEU',
        verifier: 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk',
      },
      answers: { 200: { description: 'You, signed in.', body: ref(SignedIn) } },
      errors: [
        'invalid_sign_in',
        'provider_not_found',
        'two_factor_required',
        'invalid_code',
        ...ofNewcomers,
      ],
    },
    async ({ body, context }) => {
      const { user, session } = await openIdFlows.redeem(body, context)
      const signedIn = { user, session: await grantOf(tokens, session) }
      return { status: 200, body: signedIn, headers: uncached }
    },
  )
}
