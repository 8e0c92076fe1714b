import { Type } from 'typebox'
import type { Static } from 'typebox'
import { Id, Nullable, Page, Struct, Time, mostlyNull, named, ref } from '../contract/schema.ts'
import { Scope } from '../contract/scopes.ts'
import { DisplayName, Username } from '../user/schema.ts'
import { GivenPassword } from './schema.ts'

const tokenRequest = {
  name: Type.String({ minLength: 1, maxLength: 100, description: 'What it is for.' }),
  scopes: Type.Array(Scope, { minItems: 1, maxItems: 20 }),
  expiresInDays: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 3650, description: 'It does not run out if absent.' }),
  ),
}
export const TokenRequest = named('TokenRequest', Struct(tokenRequest))
export type TokenRequest = Static<typeof TokenRequest>
export const OwnTokenRequest = named(
  'OwnTokenRequest',
  Struct({ ...tokenRequest, currentPassword: Type.Optional(GivenPassword) }),
)

export const PersonalToken = named(
  'PersonalToken',
  Struct({
    id: Id,
    name: Type.String({ examples: ['weather report'] }),
    scopes: Type.Array(Scope, { examples: [['rooms:read', 'messages:write']] }),
    createdAt: Time,
    expiresAt: Nullable(Time, mostlyNull),
    lastUsedAt: Nullable(Time, mostlyNull),
  }),
)
export type PersonalToken = Static<typeof PersonalToken>
export const TokenPage = named('TokenPage', Page(ref(PersonalToken)))

export const NewToken = named(
  'NewToken',
  Struct({
    info: ref(PersonalToken),
    token: Type.String({
      description: 'Shown once: `Authorization: Bearer <token>`.',
      examples: ['parley_pat_kPZ0bQW6b3lFhoIFlmSBVA3y4zaWA0bCekAhgaOKqEU'],
    }),
  }),
)
export type NewToken = Static<typeof NewToken>

export const BotRequest = named(
  'BotRequest',
  Struct({ username: Username, displayName: Type.Optional(DisplayName) }),
)
export type BotRequest = Static<typeof BotRequest>
