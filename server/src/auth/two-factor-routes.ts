import { endpoint } from '../contract/endpoint.ts'
import type { Endpoint } from '../contract/endpoint.ts'
import { ref } from '../contract/schema.ts'
import type { CodeGuard } from './code-guard.ts'
import type { Passwords } from './passwords.ts'
import {
  CodeRequest,
  PasswordRequest,
  RecoveryCodes,
  TwoFactorEnd,
  TwoFactorSetup,
  TwoFactorStatus,
} from './two-factor-schema.ts'
import type { TwoFactor } from './two-factor.ts'

const path = '/v1/auth/two-factor'
const common = { tag: 'Auth', access: 'user', limit: 'auth' } as const
const uncached = { 'cache-control': 'no-store' }

interface TwoFactorServices {
  twoFactor: TwoFactor
  codeGuard: CodeGuard
  passwords: Passwords
}

/** Codes of an authenticator. */
export function twoFactorRoutes({
  twoFactor,
  codeGuard,
  passwords,
}: TwoFactorServices): Endpoint[] {
  return [
    endpoint(
      {
        ...common,
        method: 'GET',
        path,
        id: 'readTwoFactor',
        summary: 'Whether signing in asks you for a code',
        description: 'And how many recovery codes are left.',
        answers: { 200: { description: 'How it is.', body: ref(TwoFactorStatus) } },
        errors: [],
      },
      async ({ caller }) => ({ status: 200, body: await twoFactor.status(caller.userId) }),
    ),
    endpoint(
      {
        ...common,
        method: 'POST',
        path,
        id: 'beginTwoFactor',
        summary: 'Begin with an authenticator',
        description:
          'Show `uri` as a QR code. Nothing changes before `confirmTwoFactor`; beginning again ' +
          'makes another secret. The password is asked for where the account has one.',
        body: ref(PasswordRequest),
        example: { currentPassword: 'notes on the engine' },
        answers: { 200: { description: 'For the authenticator.', body: ref(TwoFactorSetup) } },
        errors: ['invalid_credentials', 'two_factor_on', 'overloaded'],
      },
      async ({ caller, body, context }) => {
        await passwords.requireCurrent(caller.userId, body.currentPassword, context.address)
        return { status: 200, body: await twoFactor.begin(caller.userId), headers: uncached }
      },
    ),
    endpoint(
      {
        ...common,
        method: 'POST',
        path: `${path}/confirm`,
        id: 'confirmTwoFactor',
        summary: 'Turn it on with a first code',
        description:
          'From now on signing in with the password asks for a code (`two_factor_required`). The ' +
          'answer holds ten recovery codes, shown once, each good for one sign-in.',
        body: ref(CodeRequest),
        example: { code: '492039' },
        answers: { 200: { description: 'It is on.', body: ref(RecoveryCodes) } },
        errors: ['invalid_code', 'two_factor_on', 'two_factor_off'],
      },
      async ({ caller: { userId }, body, context }) => {
        const work = () => twoFactor.confirm(userId, body.code)
        const recoveryCodes = await codeGuard.run(userId, context.address, work)
        return { status: 200, body: { recoveryCodes }, headers: uncached }
      },
    ),
    endpoint(
      {
        ...common,
        method: 'POST',
        path: `${path}/recovery-codes`,
        id: 'renewRecoveryCodes',
        summary: 'New recovery codes',
        description: 'The old ones end. Takes a code of the authenticator, or a recovery code.',
        body: ref(CodeRequest),
        example: { code: '492039' },
        answers: { 200: { description: 'Ten codes, shown once.', body: ref(RecoveryCodes) } },
        errors: ['invalid_code', 'two_factor_off'],
      },
      async ({ caller: { userId }, body, context }) => {
        const work = () => twoFactor.renewRecoveryCodes(userId, body.code)
        const recoveryCodes = await codeGuard.run(userId, context.address, work)
        return { status: 200, body: { recoveryCodes }, headers: uncached }
      },
    ),
    endpoint(
      {
        ...common,
        method: 'POST',
        path: `${path}/disable`,
        id: 'disableTwoFactor',
        summary: 'Turn it off',
        description:
          'With the password, where the account has one, and a code of the authenticator or a ' +
          'recovery code.',
        body: ref(TwoFactorEnd),
        example: { currentPassword: 'notes on the engine', code: '492039' },
        answers: { 204: { description: 'It is off.', body: null } },
        errors: ['invalid_credentials', 'invalid_code', 'two_factor_off', 'overloaded'],
      },
      async ({ caller: { userId }, body, context }) => {
        await passwords.requireCurrent(userId, body.currentPassword, context.address)
        await codeGuard.run(userId, context.address, () => twoFactor.disable(userId, body.code))
        return { status: 204, body: null }
      },
    ),
  ]
}
