// Of accounts, and of how people come in: a part of the registry of error-codes.ts.
import type { ErrorKind } from './error-kind.ts'

export const signInErrors = {
  weak_password: {
    status: 400,
    title: 'Password refused',
    reason: 'the password is too common; choose another one',
  },
  password_too_long: {
    status: 400,
    title: 'Password too long',
    reason: 'a password has at most 72 bytes',
  },
  invalid_token: {
    status: 400,
    title: 'Token refused',
    reason: 'the token is unknown, expired or already used',
  },
  invalid_credentials: {
    status: 401,
    title: 'Wrong login or password',
    reason: 'the login or the password is wrong',
  },
  two_factor_required: {
    status: 401,
    title: 'Code required',
    reason: 'this account asks for a code of the authenticator too, or a recovery code',
  },
  invalid_code: {
    status: 401,
    title: 'Wrong code',
    reason: 'the code is wrong, over or already used',
  },
  invalid_refresh_token: {
    status: 401,
    title: 'Refresh token refused',
    reason: 'the refresh token is unknown, expired or already used',
  },
  invalid_passkey: {
    status: 401,
    title: 'Passkey refused',
    reason: 'the passkey is unknown here, or its answer does not fit what was asked',
  },
  invalid_sign_in: {
    status: 401,
    title: 'Sign-in refused',
    reason:
      'this sign-in is over or already used, or what the provider says does not fit it; begin again',
  },
  account_suspended: {
    status: 403,
    title: 'Account suspended',
    reason: 'this account is suspended',
  },
  foreign_origin: {
    status: 403,
    title: 'Foreign origin',
    reason: 'the request does not come from a page of this server, nor of an origin it lists',
  },
  sign_in_refused: {
    status: 403,
    title: 'Refused by the provider',
    reason: 'the provider refused, or the sign-in was cancelled there',
  },
  passwords_off: {
    status: 403,
    title: 'No passwords here',
    reason: 'this server takes no passwords; sign in with a provider or a passkey',
  },
  registration_closed: {
    status: 403,
    title: 'Registration closed',
    reason: 'this server does not accept new accounts',
  },
  invitation_required: {
    status: 403,
    title: 'Invitation required',
    reason: 'this server accepts new accounts by invitation only',
  },
  invalid_invitation: {
    status: 403,
    title: 'Invitation refused',
    reason: 'the invitation is unknown, over, used up or taken back',
  },
  email_not_allowed: {
    status: 403,
    title: 'E-mail address not allowed',
    reason: 'this server accepts addresses of certain domains only',
  },
  session_not_found: {
    status: 404,
    title: 'Session not found',
    reason: 'you have no such session',
  },
  invitation_not_found: {
    status: 404,
    title: 'Invitation not found',
    reason: 'there is no such invitation',
  },
  token_not_found: {
    status: 404,
    title: 'Token not found',
    reason: 'there is no such token',
  },
  passkey_not_found: {
    status: 404,
    title: 'Passkey not found',
    reason: 'you have no such passkey',
  },
  provider_not_found: {
    status: 404,
    title: 'Provider not found',
    reason: 'this server knows no provider of that name',
  },
  identity_not_found: {
    status: 404,
    title: 'Identity not found',
    reason: 'your account is linked to no such identity',
  },
  username_taken: {
    status: 409,
    title: 'Username taken',
    reason: 'this username belongs to someone else',
  },
  email_taken: {
    status: 409,
    title: 'E-mail address taken',
    reason: 'this e-mail address belongs to another account',
  },
  identity_taken: {
    status: 409,
    title: 'Identity taken',
    reason: 'this identity is linked to another account',
  },
  last_way_in: {
    status: 409,
    title: 'Last way to sign in',
    reason: 'it is the last way to sign in to this account; set up another one first',
  },
  token_limit: {
    status: 409,
    title: 'Too many tokens',
    reason: 'an account has at most 50 tokens; end one first',
  },
  passkey_limit: {
    status: 409,
    title: 'Too many passkeys',
    reason: 'an account has at most 20 passkeys; remove one first',
  },
  passkey_taken: {
    status: 409,
    title: 'Passkey registered already',
    reason: 'this passkey is registered already',
  },
  two_factor_on: {
    status: 409,
    title: 'Two-factor is on',
    reason: 'an authenticator is set up already; turn it off first',
  },
  two_factor_off: {
    status: 409,
    title: 'Two-factor is off',
    reason: 'no authenticator is set up',
  },
  provider_unavailable: {
    status: 502,
    title: 'Provider out of reach',
    reason: 'the provider does not answer as it should; try again later, or sign in another way',
  },
} as const satisfies Record<string, ErrorKind>
