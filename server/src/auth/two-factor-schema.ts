import { Type } from 'typebox'
import { Struct, named } from '../contract/schema.ts'
import { Code, GivenPassword } from './schema.ts'

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
