import { endpoint } from '../contract/endpoint.ts'
import type { Endpoint } from '../contract/endpoint.ts'
import { Id, Page, Struct, pageQuery, ref } from '../contract/schema.ts'
import type { Passwords } from './passwords.ts'
import { PasswordChange, Session } from './schema.ts'
import type { Sessions } from './sessions.ts'

const common = { tag: 'Auth', access: 'user', limit: 'default' } as const
/** Ending a session needs no better one. */
const anySession = { ...common, issuerToo: true } as const

/** What a signed-in person does about her devices and her password. */
export function sessionRoutes({
  sessions,
  passwords,
}: {
  sessions: Sessions
  passwords: Passwords
}): Endpoint[] {
  return [...listRoutes(sessions), ...endRoutes(sessions), passwordRoute(passwords)]
}

function listRoutes(sessions: Sessions): Endpoint[] {
  return [
    endpoint(
      {
        ...anySession,
        method: 'GET',
        path: '/v1/auth/sessions',
        id: 'listSessions',
        summary: 'Where you are signed in',
        description: 'Newest first.',
        query: Struct(pageQuery),
        answers: { 200: { description: 'Your sessions.', body: Page(ref(Session)) } },
        errors: [],
      },
      async ({ caller, query }) => ({
        status: 200,
        body: await sessions.list(caller.userId, caller.sessionId, query),
      }),
    ),
    endpoint(
      {
        ...anySession,
        method: 'POST',
        path: '/v1/auth/logout',
        id: 'logOut',
        summary: 'End this session',
        description: 'Its tokens are refused and its sockets close at once.',
        answers: { 204: { description: 'Signed out.', body: null } },
        errors: [],
      },
      async ({ caller }) => {
        await sessions.logOut(caller.userId, caller.sessionId)
        return { status: 204, body: null }
      },
    ),
  ]
}

function endRoutes(sessions: Sessions): Endpoint[] {
  return [
    endpoint(
      {
        ...anySession,
        method: 'DELETE',
        path: '/v1/auth/sessions/{sessionId}',
        id: 'endSession',
        summary: 'Sign a device out',
        description: 'Its access token is refused from now on, its sockets close with 4502.',
        params: Struct({ sessionId: Id }),
        answers: { 204: { description: 'Signed out.', body: null } },
        errors: ['session_not_found'],
      },
      async ({ caller, params }) => {
        await sessions.end(caller.userId, params.sessionId)
        return { status: 204, body: null }
      },
    ),
    endpoint(
      {
        ...anySession,
        method: 'DELETE',
        path: '/v1/auth/sessions',
        id: 'endOtherSessions',
        summary: 'Sign all other devices out',
        description: 'Every session but this one ends, as when you lost a device.',
        answers: { 204: { description: 'Signed out.', body: null } },
        errors: [],
      },
      async ({ caller }) => {
        await sessions.endOthers(caller.userId, caller.sessionId)
        return { status: 204, body: null }
      },
    ),
  ]
}

function passwordRoute(passwords: Passwords): Endpoint {
  return endpoint(
    {
      ...common,
      method: 'POST',
      path: '/v1/auth/password',
      id: 'changePassword',
      summary: 'Change your password',
      description: 'All your other sessions end.',
      limit: 'auth',
      body: ref(PasswordChange),
      example: { currentPassword: 'notes on the engine', newPassword: 'notes by the translator' },
      answers: { 204: { description: 'Changed.', body: null } },
      errors: [
        'passwords_off',
        'weak_password',
        'password_too_long',
        'invalid_credentials',
        'overloaded',
      ],
    },
    async ({ caller, body, context }) => {
      await passwords.change(caller, body, context.address)
      return { status: 204, body: null }
    },
  )
}
