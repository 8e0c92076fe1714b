import { endpoint } from '../contract/endpoint.ts'
import type { Endpoint } from '../contract/endpoint.ts'
import { Id, Struct, pageQuery, ref } from '../contract/schema.ts'
import { PublicUser } from '../user/schema.ts'
import type { Bots } from './bots.ts'
import type { Passwords } from './passwords.ts'
import type { PersonalTokens } from './personal-tokens.ts'
import { BotRequest, NewToken, OwnTokenRequest, TokenPage, TokenRequest } from './token-schema.ts'

const example = { name: 'weather report', scopes: ['rooms:read', 'messages:write'] }
const uncached = { 'cache-control': 'no-store' }

interface TokenServices {
  personalTokens: PersonalTokens
  passwords: Passwords
  bots: Bots
}

/** What programs sign in with. */
export function tokenRoutes({ personalTokens, passwords, bots }: TokenServices): Endpoint[] {
  return [...ownRoutes(personalTokens, passwords), botRoute(bots), ...botTokenRoutes(bots)]
}

function ownRoutes(personalTokens: PersonalTokens, passwords: Passwords): Endpoint[] {
  const common = { tag: 'Auth', access: 'user' } as const
  return [
    endpoint(
      {
        ...common,
        method: 'POST',
        path: '/v1/auth/tokens',
        id: 'createToken',
        summary: 'Make a personal access token',
        description:
          'For programs that act in your name: `Authorization: Bearer <token>`, or the `hello` of ' +
          'the socket. It may do what its scopes say and nothing else, never what needs a session. ' +
          'This answer shows it, once. The password is asked for where the account has one.',
        limit: 'auth',
        body: ref(OwnTokenRequest),
        example: { ...example, expiresInDays: 90, currentPassword: 'notes on the engine' },
        answers: { 201: { description: 'The token.', body: ref(NewToken) } },
        errors: ['invalid_credentials', 'token_limit', 'user_not_found', 'overloaded'],
      },
      async ({ caller, body, context }) => {
        const { currentPassword, ...request } = body
        await passwords.requireCurrent(caller.userId, currentPassword, context.address)
        const made = await personalTokens.create(caller.userId, caller.userId, request)
        return { status: 201, body: made, headers: { ...uncached, location: '/v1/auth/tokens' } }
      },
    ),
    endpoint(
      {
        ...common,
        method: 'GET',
        path: '/v1/auth/tokens',
        id: 'listTokens',
        summary: 'Your personal access tokens',
        description: 'Those that are good, newest first, with their last use to the minute.',
        query: Struct(pageQuery),
        answers: { 200: { description: 'Your tokens.', body: ref(TokenPage) } },
        errors: [],
      },
      async ({ caller, query }) => ({
        status: 200,
        body: await personalTokens.list(caller.userId, query),
      }),
    ),
    endpoint(
      {
        ...common,
        method: 'DELETE',
        path: '/v1/auth/tokens/{tokenId}',
        id: 'revokeToken',
        summary: 'End a personal access token',
        description: 'It is refused from now on, its sockets close with 4502.',
        params: Struct({ tokenId: Id }),
        answers: { 204: { description: 'Ended.', body: null } },
        errors: ['token_not_found'],
      },
      async ({ caller, params }) => {
        await personalTokens.revoke(caller.userId, caller.userId, params.tokenId)
        return { status: 204, body: null }
      },
    ),
  ]
}

const admin = { tag: 'Administration', access: 'admin' } as const

function botRoute(bots: Bots): Endpoint {
  return endpoint(
    {
      ...admin,
      method: 'POST',
      path: '/v1/admin/bots',
      id: 'createBot',
      summary: 'Make an account for a program',
      description:
        'A person as others see her, marked `bot`. Nobody signs in as a bot: give it a token.',
      body: ref(BotRequest),
      example: { username: 'weather', displayName: 'Weather report' },
      answers: {
        201: {
          description: 'The bot.',
          body: ref(PublicUser),
          example: { username: 'weather', displayName: 'Weather report', bio: '', bot: true },
        },
      },
      errors: ['username_taken'],
    },
    async ({ caller, body }) => {
      const bot = await bots.create(caller.userId, body)
      return { status: 201, body: bot, headers: { location: `/v1/users/${bot.id}` } }
    },
  )
}

function botTokenRoutes(bots: Bots): Endpoint[] {
  const path = '/v1/admin/bots/{userId}/tokens'
  return [
    endpoint(
      {
        ...admin,
        method: 'POST',
        path,
        id: 'createBotToken',
        sessionOnly: true,
        summary: 'Make a token for a bot',
        description: 'This answer shows it, once.',
        params: Struct({ userId: Id }),
        body: ref(TokenRequest),
        example,
        answers: { 201: { description: 'The token.', body: ref(NewToken) } },
        errors: ['user_not_found', 'token_limit'],
      },
      async ({ caller, params, body }) => {
        const made = await bots.createToken(caller.userId, params.userId, body)
        const location = `/v1/admin/bots/${params.userId}/tokens`
        return { status: 201, body: made, headers: { ...uncached, location } }
      },
    ),
    endpoint(
      {
        ...admin,
        method: 'GET',
        path,
        id: 'listBotTokens',
        summary: "A bot's tokens",
        description: 'Those that are good, newest first.',
        params: Struct({ userId: Id }),
        query: Struct(pageQuery),
        answers: { 200: { description: 'Its tokens.', body: ref(TokenPage) } },
        errors: ['user_not_found'],
      },
      async ({ caller, params, query }) => ({
        status: 200,
        body: await bots.listTokens(caller.userId, params.userId, query),
      }),
    ),
    endpoint(
      {
        ...admin,
        method: 'DELETE',
        path: `${path}/{tokenId}`,
        id: 'revokeBotToken',
        summary: 'End a token of a bot',
        description: 'It is refused from now on, its sockets close with 4502.',
        params: Struct({ userId: Id, tokenId: Id }),
        answers: { 204: { description: 'Ended.', body: null } },
        errors: ['user_not_found', 'token_not_found'],
      },
      async ({ caller, params }) => {
        await bots.revokeToken(caller.userId, params.userId, params.tokenId)
        return { status: 204, body: null }
      },
    ),
  ]
}
