import { endpoint } from '../contract/endpoint.ts'
import type { Endpoint } from '../contract/endpoint.ts'
import { Id, Struct, pageQuery, ref } from '../contract/schema.ts'
import type { FreshProof } from './fresh-proof.ts'
import type { PasskeyLogins } from './passkey-logins.ts'
import {
  NewPasskey,
  Passkey,
  PasskeyChange,
  PasskeyCreationOptions,
  PasskeyLogin,
  PasskeyPage,
  PasskeyProof,
  PasskeyRequestOptions,
} from './passkey-schema.ts'
import type { Passkeys } from './passkeys.ts'
import { SignedIn } from './schema.ts'

const path = '/v1/auth/passkeys'
const one = `${path}/{passkeyId}`
const loginPath = '/v1/auth/passkey-login'
const own = { tag: 'Auth', access: 'user' } as const
const entry = { tag: 'Auth', access: 'public', limit: 'auth' } as const
const uncached = { 'cache-control': 'no-store' }

const bytes = 'dGV4dA'
const credential = { id: bytes, rawId: bytes, type: 'public-key', clientExtensionResults: {} }

interface PasskeyServices {
  passkeys: Passkeys
  passkeyLogins: PasskeyLogins
  freshProof: FreshProof
}

/** Signing in without a password (WebAuthn). */
export function passkeyRoutes({
  passkeys,
  passkeyLogins,
  freshProof,
}: PasskeyServices): Endpoint[] {
  return [
    ...additionRoutes(passkeys, freshProof),
    ...ownRoutes(passkeys),
    ...loginRoutes(passkeyLogins),
  ]
}

function additionRoutes(passkeys: Passkeys, freshProof: FreshProof): Endpoint[] {
  return [
    endpoint(
      {
        ...own,
        method: 'POST',
        path: `${path}/options`,
        id: 'beginPasskey',
        summary: 'Begin with a passkey',
        description:
          'Asks who you are once more: for a code where two-factor is on, else for the password, ' +
          'where the account has one. Hand the answer to `navigator.credentials.create` within five ' +
          'minutes, and what that makes to `addPasskey`. Passkeys belong to the host name of PUBLIC_URL.',
        limit: 'auth',
        body: ref(PasskeyProof),
        example: { currentPassword: 'notes on the engine' },
        answers: { 200: { description: 'For the browser.', body: ref(PasskeyCreationOptions) } },
        errors: ['invalid_credentials', 'two_factor_required', 'invalid_code', 'overloaded'],
      },
      async ({ caller, body, context }) => {
        await freshProof.require(caller.userId, body, context.address)
        return { status: 200, body: await passkeys.begin(caller.userId), headers: uncached }
      },
    ),
    endpoint(
      {
        ...own,
        method: 'POST',
        path,
        id: 'addPasskey',
        summary: 'Add the passkey the browser made',
        description: 'From now on it signs you in: with no password, and with no code.',
        limit: 'auth',
        body: ref(NewPasskey),
        example: {
          name: 'telephone',
          credential: {
            ...credential,
            response: { clientDataJSON: bytes, attestationObject: bytes, transports: ['internal'] },
          },
        },
        answers: { 201: { description: 'Your passkey.', body: ref(Passkey) } },
        errors: ['invalid_passkey', 'passkey_limit', 'passkey_taken'],
      },
      async ({ caller, body }) => {
        const made = await passkeys.add(caller.userId, body)
        return { status: 201, body: made, headers: { location: path } }
      },
    ),
  ]
}

function ownRoutes(passkeys: Passkeys): Endpoint[] {
  return [
    endpoint(
      {
        ...own,
        method: 'GET',
        path,
        id: 'listPasskeys',
        summary: 'Your passkeys',
        description: 'Newest first, with their last use.',
        query: Struct(pageQuery),
        answers: { 200: { description: 'Your passkeys.', body: ref(PasskeyPage) } },
        errors: [],
      },
      async ({ caller, query }) => ({
        status: 200,
        body: await passkeys.list(caller.userId, query),
      }),
    ),
    endpoint(
      {
        ...own,
        method: 'PATCH',
        path: one,
        id: 'renamePasskey',
        summary: 'Give a passkey another name',
        description: 'Only you see it.',
        params: Struct({ passkeyId: Id }),
        body: ref(PasskeyChange),
        example: { name: 'old telephone' },
        answers: { 200: { description: 'Your passkey.', body: ref(Passkey) } },
        errors: ['passkey_not_found'],
      },
      async ({ caller, params, body }) => ({
        status: 200,
        body: await passkeys.rename(caller.userId, params.passkeyId, body.name),
      }),
    ),
    endpoint(
      {
        ...own,
        method: 'DELETE',
        path: one,
        id: 'removePasskey',
        summary: 'Remove a passkey',
        description: 'Nobody signs in with it any more. Sessions it began go on: end them apart.',
        params: Struct({ passkeyId: Id }),
        answers: { 204: { description: 'Removed.', body: null } },
        errors: ['passkey_not_found', 'last_way_in'],
      },
      async ({ caller, params }) => {
        await passkeys.remove(caller.userId, params.passkeyId)
        return { status: 204, body: null }
      },
    ),
  ]
}

function loginRoutes(passkeyLogins: PasskeyLogins): Endpoint[] {
  return [
    endpoint(
      {
        ...entry,
        method: 'POST',
        path: `${loginPath}/options`,
        id: 'beginPasskeyLogin',
        summary: 'Begin to sign in with a passkey',
        description:
          'Hand the answer to `navigator.credentials.get` within five minutes, and what that ' +
          'answers to `logInWithPasskey`.',
        answers: { 200: { description: 'For the browser.', body: ref(PasskeyRequestOptions) } },
        errors: [],
      },
      async () => ({ status: 200, body: await passkeyLogins.begin(), headers: uncached }),
    ),
    endpoint(
      {
        ...entry,
        method: 'POST',
        path: loginPath,
        id: 'logInWithPasskey',
        summary: 'Sign in with a passkey',
        description:
          'It says who you are, and its device has made sure that it is you: no password and no ' +
          'code is asked for. Each challenge is good for one try.',
        body: ref(PasskeyLogin),
        example: {
          deviceName: 'kitchen tablet',
          credential: {
            ...credential,
            response: {
              clientDataJSON: bytes,
              authenticatorData: bytes,
              signature: bytes,
              userHandle: bytes,
            },
          },
        },
        answers: { 200: { description: 'You, signed in.', body: ref(SignedIn) } },
        errors: ['invalid_passkey', 'account_suspended'],
      },
      async ({ body, context }) => ({
        status: 200,
        body: await passkeyLogins.logIn(body, context),
      }),
    ),
  ]
}
