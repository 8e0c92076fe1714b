import { Type } from 'typebox'
import type { Static } from 'typebox'
import { Id, Nullable, Page, Struct, Time, mostlyNull, named, ref } from '../contract/schema.ts'
import { Code, DeviceName, GivenPassword } from './schema.ts'

/** Bytes as WebAuthn writes them in JSON. */
const Base64url = (maxLength: number, options: object = {}) =>
  Type.String({ minLength: 1, maxLength, pattern: '^[A-Za-z0-9_-]+$', ...options })
const credentialId = Base64url(1364, { examples: ['bnVtYmVyIG9uZSBvZiBmaXZl'] })
const transports = Type.Array(Type.String({ maxLength: 32 }), {
  maxItems: 10,
  examples: [['internal', 'hybrid']],
})
const type = Type.Literal('public-key')

export const PasskeyName = Type.String({
  minLength: 1,
  maxLength: 100,
  description: 'How you tell it from your others.',
})

export const Passkey = named(
  'Passkey',
  Struct({
    id: Id,
    name: Type.String({ examples: ['telephone'] }),
    backedUp: Type.Boolean({
      description:
        'Its maker keeps a copy, for your other devices and for the day this one is lost.',
    }),
    createdAt: Time,
    lastUsedAt: Nullable(Time, mostlyNull),
  }),
)
export type Passkey = Static<typeof Passkey>
export const PasskeyPage = named('PasskeyPage', Page(ref(Passkey)))

export const PasskeyProof = named(
  'PasskeyProof',
  Struct({ currentPassword: Type.Optional(GivenPassword), code: Type.Optional(Code) }),
)
export type PasskeyProof = Static<typeof PasskeyProof>

export const PasskeyChange = named('PasskeyChange', Struct({ name: PasskeyName }))

const challenge = Base64url(64, { examples: ['kPZ0bQW6b3lFhoIFlmSBVA3y4zaWA0bCekAhgaOKqEU'] })
const timeout = Type.Integer({ description: 'Milliseconds the person has.', examples: [300_000] })
const userVerification = Type.Literal('required')
const descriptor = Struct({ id: credentialId, type, transports })

export const PasskeyCreationOptions = named(
  'PasskeyCreationOptions',
  Struct(
    {
      rp: Struct({
        id: Type.String({ examples: ['chat.example.org'] }),
        name: Type.String({ examples: ['chat.example.org'] }),
      }),
      user: Struct({
        id: Base64url(64, { examples: ['AZhVYx7wfQG8zrMCCZqAVw'] }),
        name: Type.String({ examples: ['ada'] }),
        displayName: Type.String({ examples: ['ada'] }),
      }),
      challenge,
      pubKeyCredParams: Type.Array(
        Struct({ type, alg: Type.Integer({ description: 'COSE.', examples: [-7] }) }),
      ),
      timeout,
      excludeCredentials: Type.Array(descriptor),
      authenticatorSelection: Struct({
        residentKey: Type.Literal('required'),
        requireResidentKey: Type.Literal(true),
        userVerification,
      }),
      attestation: Type.Literal('none'),
    },
    { description: 'For `navigator.credentials.create`, by `parseCreationOptionsFromJSON`.' },
  ),
)
export type PasskeyCreationOptions = Static<typeof PasskeyCreationOptions>

export const PasskeyRequestOptions = named(
  'PasskeyRequestOptions',
  Struct(
    {
      challenge,
      rpId: Type.String({ examples: ['chat.example.org'] }),
      timeout,
      userVerification,
    },
    { description: 'For `navigator.credentials.get`, by `parseRequestOptionsFromJSON`.' },
  ),
)
export type PasskeyRequestOptions = Static<typeof PasskeyRequestOptions>

const clientDataJSON = Base64url(4096, {
  examples: ['eyJ0eXBlIjoid2ViYXV0aG4uZ2V0IiwiY2hhbGxlbmdlIjoidGV4dCJ9'],
})
/** What a browser's `toJSON` says of any credential. */
const credential = {
  id: credentialId,
  rawId: credentialId,
  type,
  authenticatorAttachment: Type.Optional(Nullable(Type.String({ maxLength: 32 }))),
  clientExtensionResults: Type.Optional(
    Type.Record(Type.String({ maxLength: 64 }), Type.Unknown(), { examples: [{}] }),
  ),
}
const bytes = { examples: ['dGV4dA'] }
const unread = (maxLength: number) =>
  Type.Optional(Base64url(maxLength, { ...bytes, description: 'Not read.' }))

export const PasskeyAttestation = named(
  'PasskeyAttestation',
  Struct(
    {
      ...credential,
      response: Struct({
        clientDataJSON,
        attestationObject: Base64url(32_768, bytes),
        transports: Type.Optional(transports),
        authenticatorData: unread(16_384),
        publicKey: unread(16_384),
        publicKeyAlgorithm: Type.Optional(Type.Integer({ description: 'Not read.' })),
      }),
    },
    { description: 'What `navigator.credentials.create` made, by its `toJSON`.' },
  ),
)
export type PasskeyAttestation = Static<typeof PasskeyAttestation>

export const PasskeyAssertion = named(
  'PasskeyAssertion',
  Struct(
    {
      ...credential,
      response: Struct({
        clientDataJSON,
        authenticatorData: Base64url(4096, bytes),
        signature: Base64url(4096, bytes),
        userHandle: Type.Optional(Nullable(Base64url(128, bytes))),
      }),
    },
    { description: 'What `navigator.credentials.get` answered, by its `toJSON`.' },
  ),
)
export type PasskeyAssertion = Static<typeof PasskeyAssertion>

export const NewPasskey = named(
  'NewPasskey',
  Struct({ credential: ref(PasskeyAttestation), name: PasskeyName }),
)
export type NewPasskey = Static<typeof NewPasskey>

export const PasskeyLogin = named(
  'PasskeyLogin',
  Struct({ credential: ref(PasskeyAssertion), deviceName: Type.Optional(DeviceName) }),
)
export type PasskeyLogin = Static<typeof PasskeyLogin>
