import { Type } from 'typebox'
import type { Static } from 'typebox'
import { Id, Nullable, Struct, Time, named } from '../contract/schema.ts'
import { Code, GivenPassword } from './schema.ts'
import { openIdStart } from './openid-schema.ts'

export const Identity = named(
  'Identity',
  Struct(
    {
      id: Id,
      issuer: Type.String({ examples: ['https://login.example.org'] }),
      provider: Nullable(
        Type.String({
          description: 'By which you sign in with it; null where this server names none.',
          examples: ['company-login'],
        }),
      ),
      subject: Type.String({
        description: 'What you are called there.',
        examples: ['248289761001'],
      }),
      email: Nullable(Type.String({ examples: ['ada@example.org'] })),
      displayName: Nullable(Type.String({ examples: ['Ada Lovelace'] })),
      createdAt: Time,
      lastUsedAt: Time,
    },
    { description: 'Who you are elsewhere, linked to your account.' },
  ),
)
export type Identity = Static<typeof Identity>

export const IdentityLink = named(
  'IdentityLink',
  Struct({
    provider: Type.String({ minLength: 1, maxLength: 32, description: 'Of `listProviders`.' }),
    ...openIdStart,
    currentPassword: Type.Optional(GivenPassword),
    code: Type.Optional(Code),
  }),
)
