import { Type } from 'typebox'
import type { Static } from 'typebox'
import { userEvent } from '../contract/frames.ts'
import { Id, Struct, Time, named, ref } from '../contract/schema.ts'
import { DisplayName, Email, OwnUser, Username } from '../user/schema.ts'

/** A new password: the 72 bytes and the list of common ones are the policy's to check. */
const NewPassword = Type.String({
  minLength: 8,
  maxLength: 1024,
  description: 'At least 8 characters and at most 72 bytes; common passwords are refused.',
})
export const GivenPassword = Type.String({ minLength: 1, maxLength: 1024 })
export const DeviceName = Type.String({
  maxLength: 100,
  description:
    'How this session is called in the list of sessions; made from User-Agent if absent.',
})

export const Code = Type.String({
  minLength: 6,
  maxLength: 40,
  description: 'Six digits of the authenticator, or a recovery code.',
})

export const Registration = named(
  'Registration',
  Struct({
    username: Username,
    email: Email,
    password: NewPassword,
    displayName: Type.Optional(DisplayName),
    deviceName: Type.Optional(DeviceName),
    invitation: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 256,
        description: 'The token of an invitation, where REGISTRATION is `invitation`.',
      }),
    ),
  }),
)
export type Registration = Static<typeof Registration>

export const Credentials = named(
  'Credentials',
  Struct({
    login: Type.String({
      minLength: 1,
      maxLength: 254,
      description: 'Username or e-mail address.',
    }),
    password: GivenPassword,
    code: Type.Optional(Code),
    deviceName: Type.Optional(DeviceName),
  }),
)
export type Credentials = Static<typeof Credentials>

export const RefreshRequest = named(
  'RefreshRequest',
  Struct({ refreshToken: Type.String({ minLength: 1, maxLength: 256 }) }),
)

export const PasswordChange = named(
  'PasswordChange',
  Struct({ currentPassword: GivenPassword, newPassword: NewPassword }),
)
export type PasswordChange = Static<typeof PasswordChange>

export const EmailRequest = named('EmailRequest', Struct({ email: Email }))

export const EmailChange = named(
  'EmailChange',
  Struct({
    email: Email,
    currentPassword: Type.Optional(GivenPassword),
    code: Type.Optional(Code),
  }),
)
export type EmailChange = Static<typeof EmailChange>

const MailToken = Type.String({
  minLength: 1,
  maxLength: 256,
  description: 'From the link in the mail.',
})
export const EmailProof = named('EmailProof', Struct({ token: MailToken }))
export const NewPasswordProof = named(
  'NewPasswordProof',
  Struct({ token: MailToken, newPassword: NewPassword }),
)

const grantProperties = {
  id: Id,
  accessToken: Type.String({
    description: 'A JWT: `Authorization: Bearer <accessToken>`.',
    examples: ['eyJhbGciOiJFZERTQSIsInR5cCI6ImF0K2p3dCJ9.eyJzdWIiOiJhZGEifQ.c2lnbmF0dXJl'],
  }),
  expiresIn: Type.Integer({
    minimum: 1,
    description: 'Seconds the access token lasts.',
    examples: [600],
  }),
}

export const SessionGrant = named(
  'SessionGrant',
  Struct(
    {
      ...grantProperties,
      refreshToken: Type.String({
        description: 'Good for one refresh, which answers the next one.',
        examples: ['kPZ0bQW6b3lFhoIFlmSBVA3y4zaWA0bCekAhgaOKqEU'],
      }),
    },
    { description: 'What a signed-in device holds.' },
  ),
)
export type SessionGrant = Static<typeof SessionGrant>

export const BrowserSession = named(
  'BrowserSession',
  Struct(grantProperties, {
    description: 'What a page of a signed-in browser holds; the browser itself holds the cookie.',
  }),
)
export type BrowserSession = Static<typeof BrowserSession>
export const KeptSession = named('KeptSession', Struct({ session: ref(BrowserSession) }))

export const SignedIn = named(
  'SignedIn',
  Struct({ user: ref(OwnUser), session: ref(SessionGrant) }),
)
export type SignedIn = Static<typeof SignedIn>

export const Session = named(
  'Session',
  Struct(
    {
      id: Id,
      deviceName: Type.String({ examples: ['kitchen tablet'] }),
      address: Type.String({
        description:
          'Where it was last refreshed from; empty where it lives by tokens of TRUSTED_ISSUER.',
        examples: ['192.0.2.1'],
      }),
      createdAt: Time,
      lastUsedAt: Time,
      expiresAt: Time,
      current: Type.Boolean({ description: 'It is the session of this request.' }),
    },
    { description: 'A signed-in device.' },
  ),
)
export type Session = Static<typeof Session>

export const Jwks = named(
  'Jwks',
  Struct(
    {
      keys: Type.Array(
        Struct({
          kty: Type.Literal('OKP'),
          crv: Type.Literal('Ed25519'),
          kid: Type.String({ examples: ['2026-11-22'] }),
          x: Type.String(),
          alg: Type.Literal('EdDSA'),
          use: Type.Literal('sig'),
        }),
      ),
    },
    { description: 'The public keys of access tokens (RFC 7517).' },
  ),
)
export type Jwks = Static<typeof Jwks>

export const sessionEnded = userEvent(
  'session.ended',
  'Sessions of yours ended: their devices are signed out.',
  Struct({ sessionIds: Type.Array(Id) }),
)
export const authFrames = [sessionEnded]
