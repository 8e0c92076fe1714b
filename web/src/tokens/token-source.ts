import type { NewToken, OwnTokenRequest, ParleyClient, TokenPage } from '@parley/client'

/** Whose tokens they are: one's own, or a bot's. */
export interface TokenSource {
  list: (cursor: string | undefined) => Promise<TokenPage>
  create: (request: OwnTokenRequest) => Promise<NewToken>
  revoke: (tokenId: string) => Promise<unknown>
  /** The server asks for the password. */
  wantsPassword: boolean
}

export type Scope = OwnTokenRequest['scopes'][number]

/** What each scope lets a program do. */
export const scopes: readonly (readonly [scope: Scope, about: string])[] = [
  ['people:read', 'Find people, read profiles'],
  ['people:write', 'Change your profile and blocks'],
  ['rooms:read', 'See your rooms and who is in them'],
  ['rooms:write', 'Make, join, change and leave rooms'],
  ['messages:read', 'Read messages'],
  ['messages:write', 'Write, edit and delete messages'],
  ['admin:read', 'See all accounts and the audit log'],
  ['admin:write', 'Manage all accounts'],
]

export function ownTokens({ http }: ParleyClient): TokenSource {
  return {
    wantsPassword: true,
    async list(cursor) {
      const { data } = await http.GET('/v1/auth/tokens', { params: { query: { cursor } } })
      return data
    },
    async create(body) {
      const { data } = await http.POST('/v1/auth/tokens', { body })
      return data
    },
    revoke: (tokenId) =>
      http.DELETE('/v1/auth/tokens/{tokenId}', { params: { path: { tokenId } } }),
  }
}

export function botTokens({ http }: ParleyClient, userId: string): TokenSource {
  return {
    wantsPassword: false,
    async list(cursor) {
      const params = { path: { userId }, query: { cursor } }
      const { data } = await http.GET('/v1/admin/bots/{userId}/tokens', { params })
      return data
    },
    async create(body) {
      const params = { path: { userId } }
      const { data } = await http.POST('/v1/admin/bots/{userId}/tokens', { params, body })
      return data
    },
    revoke: (tokenId) =>
      http.DELETE('/v1/admin/bots/{userId}/tokens/{tokenId}', {
        params: { path: { userId, tokenId } },
      }),
  }
}
