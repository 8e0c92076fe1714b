import { Type } from 'typebox'
import { endpoint } from '../contract/endpoint.ts'
import type { Endpoint } from '../contract/endpoint.ts'
import { Id, Struct, ref } from '../contract/schema.ts'
import type { FreshProof } from './fresh-proof.ts'
import type { Identities } from './identities.ts'
import { Identity, IdentityLink } from './identity-schema.ts'
import type { OpenIdFlows } from './openid-flows.ts'
import { IdentityTicket, OpenIdRedirect } from './openid-schema.ts'

const path = '/v1/auth/identities'
const common = { tag: 'Auth', access: 'user', limit: 'auth' } as const
const uncached = { 'cache-control': 'no-store' }

interface IdentityServices {
  identities: Identities
  openIdFlows: OpenIdFlows
  freshProof: FreshProof
}

/** Who one is elsewhere: what an account is signed in to with, besides its password. */
export function identityRoutes(services: IdentityServices): Endpoint[] {
  return [...ownRoutes(services), ...linkRoutes(services)]
}

function ownRoutes({ identities }: IdentityServices): Endpoint[] {
  return [
    endpoint(
      {
        ...common,
        method: 'GET',
        path,
        id: 'listIdentities',
        issuerToo: true,
        summary: 'Who you are elsewhere',
        description: 'One for each provider at most, in the order in which they were linked.',
        answers: {
          200: { description: 'Yours.', body: Struct({ items: Type.Array(ref(Identity)) }) },
        },
        errors: [],
      },
      async ({ caller }) => ({
        status: 200,
        body: { items: await identities.list(caller.userId) },
      }),
    ),
    endpoint(
      {
        ...common,
        method: 'DELETE',
        path: `${path}/{identityId}`,
        id: 'unlinkIdentity',
        summary: 'Unlink a provider',
        description: 'Nobody signs in by it any more; sessions it began go on.',
        params: Struct({ identityId: Id }),
        answers: { 204: { description: 'Unlinked.', body: null } },
        errors: ['identity_not_found', 'last_way_in', 'forbidden'],
      },
      async ({ caller, params }) => {
        await identities.unlink(caller.userId, params.identityId)
        return { status: 204, body: null }
      },
    ),
  ]
}

function linkRoutes({ openIdFlows, freshProof }: IdentityServices): Endpoint[] {
  return [
    endpoint(
      {
        ...common,
        method: 'POST',
        path,
        id: 'beginLink',
        summary: 'Begin to link a provider',
        description:
          'As `beginSignIn`, for your account. Asks who you are once more: for a code where ' +
          'two-factor is on, else for the password, where the account has one.',
        body: ref(IdentityLink),
        example: { provider: 'company-login', currentPassword: 'notes on the engine' },
        answers: { 200: { description: 'Where to go.', body: ref(OpenIdRedirect) } },
        errors: [
          'invalid_credentials',
          'two_factor_required',
          'invalid_code',
          'provider_not_found',
          'provider_unavailable',
          'overloaded',
        ],
      },
      async ({ caller: { userId }, body, context }) => {
        const { provider, currentPassword, code, ...start } = body
        await freshProof.require(userId, { currentPassword, code }, context.address)
        const { url, cookie } = await openIdFlows.begin(provider, start, context, userId)
        const headers = { ...uncached, ...(cookie !== undefined && { 'set-cookie': cookie }) }
        return { status: 200, body: { url }, headers }
      },
    ),
    endpoint(
      {
        ...common,
        method: 'POST',
        path: `${path}/confirm`,
        id: 'confirmLink',
        summary: 'Link what a native app came back with',
        description: 'With the ticket it was handed, and the secret behind its `challenge`.',
        body: ref(IdentityTicket),
        example: {
          ticket: 'kPZ0bQW6b3lFhoIFlmSBVA3y4zaWA0bCekAhgaOKqEU',
          verifier: 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk',
        },
        answers: { 201: { description: 'Linked.', body: ref(Identity) } },
        errors: ['invalid_sign_in', 'identity_taken'],
      },
      async ({ caller, body, context }) => {
        const identity = await openIdFlows.redeemLink(caller.userId, body, context)
        return { status: 201, body: identity, headers: { location: path } }
      },
    ),
  ]
}
