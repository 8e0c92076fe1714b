import { endpoint } from '../contract/endpoint.ts'
import type { Endpoint } from '../contract/endpoint.ts'
import { ref } from '../contract/schema.ts'
import type { EmailAddresses } from './email-addresses.ts'
import type { PasswordReset } from './password-reset.ts'
import { EmailChange, EmailProof, EmailRequest, NewPasswordProof } from './schema.ts'

const tag = 'Auth'
const exampleToken = 'kPZ0bQW6b3lFhoIFlmSBVA3y4zaWA0bCekAhgaOKqEU'

/** What is proved by mail: that an address is yours, and that you may choose a new password. */
export function mailRoutes({
  emails,
  passwordReset,
}: {
  emails: EmailAddresses
  passwordReset: PasswordReset
}): Endpoint[] {
  return [...addressRoutes(emails), ...resetRoutes(passwordReset)]
}

function addressRoutes(emails: EmailAddresses): Endpoint[] {
  return [
    endpoint(
      {
        method: 'POST',
        path: '/v1/auth/email-verification',
        id: 'requestEmailVerification',
        tag,
        summary: 'Send the link that confirms your address once more',
        description:
          'The first one is sent at registration. Nothing is sent where the address is confirmed ' +
          'already, or was written to five times within the hour.',
        access: 'user',
        limit: 'mail',
        answers: { 202: { description: 'A mail is on its way.', body: null } },
        errors: [],
      },
      async ({ caller }) => {
        emails.requestVerification(caller.userId)
        return { status: 202, body: null }
      },
    ),
    endpoint(
      {
        method: 'POST',
        path: '/v1/auth/email-verification/confirm',
        id: 'confirmEmail',
        tag,
        summary: 'Confirm an address with the token of the mail',
        description:
          'Needs no session: the token says whose address it is. After `changeEmail` the new ' +
          'address takes the place of the old one here.',
        access: 'public',
        limit: 'auth',
        body: ref(EmailProof),
        example: { token: exampleToken },
        answers: { 204: { description: 'Confirmed.', body: null } },
        errors: ['invalid_token', 'email_taken'],
      },
      async ({ body }) => {
        await emails.confirm(body.token)
        return { status: 204, body: null }
      },
    ),
    endpoint(
      {
        method: 'POST',
        path: '/v1/auth/email',
        id: 'changeEmail',
        tag,
        summary: 'Change your e-mail address',
        description:
          'Sends a link to the new address, which becomes yours once you confirm it; until then ' +
          'the old one stays. The old one is told. Asks who you are once more: for a code where ' +
          'two-factor is on, else for the password, where the account has one.',
        access: 'user',
        limit: 'mail',
        body: ref(EmailChange),
        example: { email: 'ada@example.com', currentPassword: 'notes on the engine' },
        answers: { 202: { description: 'A mail is on its way.', body: null } },
        errors: [
          'email_not_allowed',
          'invalid_credentials',
          'two_factor_required',
          'invalid_code',
          'overloaded',
        ],
      },
      async ({ caller, body, context }) => {
        await emails.requestChange(caller, body, context.address)
        return { status: 202, body: null }
      },
    ),
  ]
}

function resetRoutes(passwordReset: PasswordReset): Endpoint[] {
  return [
    endpoint(
      {
        method: 'POST',
        path: '/v1/auth/password-reset',
        id: 'requestPasswordReset',
        tag,
        summary: 'Send a link to choose a new password with',
        description: 'One answer, after the same time, whether the address is known or not.',
        access: 'public',
        limit: 'mail',
        body: ref(EmailRequest),
        example: { email: 'ada@example.org' },
        answers: {
          202: { description: 'Where the address is known, a mail is on its way.', body: null },
        },
        errors: ['passwords_off'],
      },
      async ({ body, context }) => {
        passwordReset.request(body.email, context)
        return { status: 202, body: null }
      },
    ),
    endpoint(
      {
        method: 'POST',
        path: '/v1/auth/password-reset/confirm',
        id: 'resetPassword',
        tag,
        summary: 'Choose a new password with the token of the mail',
        description:
          'Every session ends. A password that is refused leaves the token as it is: try another.',
        access: 'public',
        limit: 'auth',
        body: ref(NewPasswordProof),
        example: { token: exampleToken, newPassword: 'notes by the translator' },
        answers: { 204: { description: 'Changed; sign in with it.', body: null } },
        errors: [
          'passwords_off',
          'invalid_token',
          'weak_password',
          'password_too_long',
          'overloaded',
        ],
      },
      async ({ body }) => {
        await passwordReset.confirm(body.token, body.newPassword)
        return { status: 204, body: null }
      },
    ),
  ]
}
