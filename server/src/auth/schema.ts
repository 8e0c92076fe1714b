import { Type } from 'typebox'
import type { Static } from 'typebox'
import { userEvent } from '../contract/frames.ts'
import { Id, Nullable, Page, Struct, Time, mostlyNull, named, ref } from '../contract/schema.ts'
import { Scope } from '../contract/scopes.ts'
import { DisplayName, Email, OwnUser, UserSummary, Username } from '../user/schema.ts'

/** A new password: the 72 bytes and the list of common ones are the policy's to check. */
const NewPassword = Type.String({
  minLength: 8,
  maxLength: 1024,
  description: 'At least 8 characters and at most 72 bytes; common passwords are refused.',
})
const GivenPassword = Type.String({ minLength: 1, maxLength: 1024 })
const DeviceName = Type.String({
  maxLength: 100,
  description:
    'How this session is called in the list of sessions; made from User-Agent if absent.',
})

const Code = Type.String({
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

export const InvitationRequest = named(
  'InvitationRequest',
  Struct({
    note: Type.Optional(Type.String({ maxLength: 200, description: 'Who it is for.' })),
    maxUses: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 10_000, description: 'How many people; 1 if absent.' }),
    ),
    expiresInHours: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 8760, description: 'A week if absent.' }),
    ),
  }),
)
export type InvitationRequest = Static<typeof InvitationRequest>

export const Invitation = named(
  'Invitation',
  Struct({
    id: Id,
    note: Type.String({ examples: ['the choir'] }),
    createdBy: Nullable(ref(UserSummary)),
    createdAt: Time,
    expiresAt: Time,
    maxUses: Type.Integer({ minimum: 1, examples: [40] }),
    uses: Type.Integer({ minimum: 0, description: 'How many people have come by it.' }),
    revokedAt: Nullable(Time, mostlyNull),
  }),
)
export type Invitation = Static<typeof Invitation>

export const NewInvitation = named(
  'NewInvitation',
  Struct({
    invitation: ref(Invitation),
    token: Type.String({
      description: 'Shown once: what people register with.',
      examples: ['kPZ0bQW6b3lFhoIFlmSBVA3y4zaWA0bCekAhgaOKqEU'],
    }),
  }),
)
export type NewInvitation = Static<typeof NewInvitation>

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

export const TwoFactorStatus = named(
  'TwoFactorStatus',
  Struct({ enabled: Type.Boolean(), recoveryCodesLeft: Type.Integer({ minimum: 0 }) }),
)
export const TwoFactorSetup = named(
  'TwoFactorSetup',
  Struct({
    secret: Type.String({ examples: ['JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP'] }),
    uri: Type.String({
      description: 'For a QR code.',
      examples: ['otpauth://totp/chat.example.org:ada?secret=JBSWY3DPEHPK3PXP'],
    }),
  }),
)
export const PasswordRequest = named(
  'PasswordRequest',
  Struct({ currentPassword: Type.Optional(GivenPassword) }),
)
export const CodeRequest = named('CodeRequest', Struct({ code: Code }))
export const TwoFactorEnd = named(
  'TwoFactorEnd',
  Struct({ currentPassword: Type.Optional(GivenPassword), code: Code }),
)
export const RecoveryCodes = named(
  'RecoveryCodes',
  Struct({ recoveryCodes: Type.Array(Type.String({ examples: ['h4kfe-x7mnp-2qrst'] })) }),
)

export const EmailRequest = named('EmailRequest', Struct({ email: Email }))

export const EmailChange = named(
  'EmailChange',
  Struct({ email: Email, currentPassword: GivenPassword }),
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
        description: 'Where it was last refreshed from.',
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
          kid: Type.String(),
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
