import { endpoint } from '../contract/endpoint.ts'
import type { Endpoint } from '../contract/endpoint.ts'
import { Struct, ref } from '../contract/schema.ts'
import type { AuthService } from './auth-service.ts'
import type { KeyRing } from './key-ring.ts'
import type { PendingRegistrations } from './pending-registrations.ts'
import type { Registrations } from './registrations.ts'
import {
  Credentials,
  EmailProof,
  Jwks,
  RefreshRequest,
  Registration,
  SessionGrant,
  SignedIn,
} from './schema.ts'

const tag = 'Auth'
const common = { tag, access: 'public', limit: 'auth' } as const

/** What needs no session: coming to one. */
export function authRoutes({
  service,
  registrations,
  pending,
  keys,
}: {
  service: AuthService
  registrations: Registrations
  pending: PendingRegistrations
  keys: KeyRing
}): Endpoint[] {
  return [
    ...registrationRoutes(registrations, pending),
    logInRoute(service),
    refreshRoute(service),
    jwksRoute(keys),
  ]
}

function registrationRoutes(
  registrations: Registrations,
  pending: PendingRegistrations,
): Endpoint[] {
  return [
    endpoint(
      {
        ...common,
        method: 'POST',
        path: '/v1/auth/register',
        id: 'register',
        summary: 'Create an account and sign in',
        description:
          'The answer holds the access token for the requests that follow, and the refresh token for ' +
          'later. Where REGISTRATION is `verified` it is 202, whatever is taken, and the account ' +
          'begins with `confirmRegistration`.',
        body: ref(Registration),
        example: { username: 'ada', email: 'ada@example.org', password: 'notes on the engine' },
        answers: {
          201: { description: 'You, signed in.', body: ref(SignedIn) },
          202: { description: 'A mail says the rest.', body: null },
        },
        errors: [
          'passwords_off',
          'weak_password',
          'password_too_long',
          'registration_closed',
          'invitation_required',
          'invalid_invitation',
          'email_not_allowed',
          'username_taken',
          'email_taken',
          'overloaded',
        ],
      },
      async ({ body, context }) => {
        const signedIn = await registrations.register(body, context)
        if (!signedIn) return { status: 202, body: null }
        const headers = { location: `/v1/users/${signedIn.user.id}` }
        return { status: 201, body: signedIn, headers }
      },
    ),
    endpoint(
      {
        ...common,
        method: 'POST',
        path: '/v1/auth/register/confirm',
        id: 'confirmRegistration',
        summary: 'Begin the account with the token of the mail',
        description: 'Where REGISTRATION is `verified`. Sign in afterwards.',
        body: ref(EmailProof),
        example: { token: 'kPZ0bQW6b3lFhoIFlmSBVA3y4zaWA0bCekAhgaOKqEU' },
        answers: { 204: { description: 'The account is there.', body: null } },
        errors: ['passwords_off', 'invalid_token', 'username_taken', 'email_taken'],
      },
      async ({ body }) => {
        await pending.confirm(body.token)
        return { status: 204, body: null }
      },
    ),
  ]
}

function logInRoute(auth: AuthService): Endpoint {
  return endpoint(
    {
      ...common,
      method: 'POST',
      path: '/v1/auth/login',
      id: 'logIn',
      summary: 'Sign in with a password',
      description:
        'One answer for a wrong password and an unknown login. After several failures a wait is ' +
        'demanded: `rate_limited` with `retryAfterMs`. Where the account asks for a code, the answer to ' +
        'the right password is `two_factor_required`: send the same again with `code`.',
      body: ref(Credentials),
      example: { login: 'ada', password: 'notes on the engine', deviceName: 'kitchen tablet' },
      answers: { 200: { description: 'You, signed in.', body: ref(SignedIn) } },
      errors: [
        'passwords_off',
        'invalid_credentials',
        'two_factor_required',
        'invalid_code',
        'account_suspended',
        'overloaded',
      ],
    },
    async ({ body, context }) => ({ status: 200, body: await auth.login(body, context) }),
  )
}

function refreshRoute(auth: AuthService): Endpoint {
  return endpoint(
    {
      ...common,
      method: 'POST',
      path: '/v1/auth/refresh',
      id: 'refreshSession',
      summary: 'Exchange a refresh token for the next one and a new access token',
      description:
        'Where the answer was lost, ask again with the same token: the answer holds the same next ' +
        'one, until that has been used and for 10 seconds after. A token presented later than ' +
        'that is taken for a copy, and its session ends.',
      body: ref(RefreshRequest),
      example: { refreshToken: 'kPZ0bQW6b3lFhoIFlmSBVA3y4zaWA0bCekAhgaOKqEU' },
      answers: {
        200: { description: 'The session goes on.', body: Struct({ session: ref(SessionGrant) }) },
      },
      errors: ['invalid_refresh_token'],
    },
    async ({ body, context }) => ({
      status: 200,
      body: { session: await auth.refresh(body.refreshToken, context) },
    }),
  )
}

function jwksRoute(keys: KeyRing): Endpoint {
  return endpoint(
    {
      method: 'GET',
      path: '/.well-known/jwks.json',
      id: 'readSigningKeys',
      tag,
      summary: 'The public keys of access tokens',
      description:
        "For services of your own that take Parley's access tokens: EdDSA, `typ` at+jwt.",
      access: 'public',
      answers: { 200: { description: 'A JSON Web Key Set.', body: ref(Jwks) } },
      errors: [],
    },
    async () => ({
      status: 200,
      body: keys.jwks,
      headers: { 'cache-control': 'public, max-age=300' },
    }),
  )
}
