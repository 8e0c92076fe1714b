import { Type } from 'typebox'
import type { Static } from 'typebox'
import { Struct, named } from '../contract/schema.ts'
import { Code, DeviceName } from './schema.ts'

export const ProviderName = Type.String({
  minLength: 1,
  maxLength: 32,
  description: 'Of `listProviders`.',
})

export const Provider = named(
  'Provider',
  Struct(
    {
      name: Type.String({ examples: ['company-login'] }),
      label: Type.String({ description: 'For the button.', examples: ['Example Login'] }),
    },
    { description: 'Somebody people of this server may sign in with (OpenID Connect).' },
  ),
)
export type Provider = Static<typeof Provider>

/** What beginning needs, whether somebody signs in or links. */
export const openIdStart = {
  returnTo: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 2000,
      description:
        'Where to go on: a page of this server or of an origin in CORS_ORIGINS, `/` if absent; ' +
        'with `challenge` one of APP_URLS.',
    }),
  ),
  challenge: Type.Optional(
    Type.String({
      pattern: '^[A-Za-z0-9_-]{43}$',
      description:
        'For native apps: base64url of the SHA-256 of a secret of your own (PKCE, S256).',
    }),
  ),
}

export const OpenIdStart = named(
  'OpenIdStart',
  Struct({
    ...openIdStart,
    deviceName: Type.Optional(DeviceName),
    invitation: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 256,
        description: 'For a first time, where REGISTRATION is `invitation`.',
      }),
    ),
  }),
)
export type OpenIdStart = Static<typeof OpenIdStart>

export const OpenIdRedirect = named(
  'OpenIdRedirect',
  Struct({
    url: Type.String({
      description: 'Send the browser there, within ten minutes.',
      examples: ['https://login.example.org/authorize?client_id=parley&state=kPZ0bQW6b3lF'],
    }),
  }),
)

const ticket = {
  ticket: Type.String({
    minLength: 1,
    maxLength: 256,
    description: 'What the address you returned to held: good once, for five minutes.',
  }),
  verifier: Type.Optional(
    Type.String({
      minLength: 43,
      maxLength: 128,
      description: 'The secret that `challenge` was made of; in a browser the cookie is enough.',
    }),
  ),
}
export const OpenIdTicket = named('OpenIdTicket', Struct({ ...ticket, code: Type.Optional(Code) }))
export type OpenIdTicket = Static<typeof OpenIdTicket>
export const IdentityTicket = named('IdentityTicket', Struct(ticket))
export type IdentityTicket = Static<typeof IdentityTicket>

/** What providers add of their own (`session_state`, `scope`, `hd`, …) is passed over. */
export const OpenIdCallback = Type.Object(
  {
    state: Type.Optional(Type.String({ maxLength: 256, description: 'As it was sent.' })),
    code: Type.Optional(Type.String({ maxLength: 4096, description: 'For this server.' })),
    error: Type.Optional(Type.String({ maxLength: 256, description: 'Why there is no code.' })),
    iss: Type.Optional(Type.String({ maxLength: 2000, description: 'Who answers (RFC 9207).' })),
  },
  { additionalProperties: Type.String({ maxLength: 8192 }) },
)
