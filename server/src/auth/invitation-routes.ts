import { endpoint } from '../contract/endpoint.ts'
import type { Endpoint } from '../contract/endpoint.ts'
import { Id, Page, Struct, pageQuery, ref } from '../contract/schema.ts'
import type { Invitations } from './invitations.ts'
import { Invitation, InvitationRequest, NewInvitation } from './invitation-schema.ts'

const common = { tag: 'Administration', access: 'admin' } as const

export function invitationRoutes({ invitations }: { invitations: Invitations }): Endpoint[] {
  return [
    endpoint(
      {
        ...common,
        method: 'POST',
        path: '/v1/admin/invitations',
        id: 'createInvitation',
        summary: 'Invite people',
        description:
          'Where REGISTRATION is `invitation`, people register with the token of this answer, which ' +
          'is shown once. One person, within a week, unless you say otherwise.',
        body: ref(InvitationRequest),
        bodyOptional: true,
        example: { note: 'the choir', maxUses: 40, expiresInHours: 336 },
        answers: { 201: { description: 'The invitation.', body: ref(NewInvitation) } },
        errors: [],
      },
      async ({ caller, body }) => {
        const made = await invitations.create(caller.userId, body)
        const headers = {
          location: `/v1/admin/invitations/${made.invitation.id}`,
          'cache-control': 'no-store',
        }
        return { status: 201, body: made, headers }
      },
    ),
    endpoint(
      {
        ...common,
        method: 'GET',
        path: '/v1/admin/invitations',
        id: 'listInvitations',
        summary: 'All invitations',
        description: 'Newest first, with those that are used up, over or taken back.',
        query: Struct(pageQuery),
        answers: { 200: { description: 'Invitations.', body: Page(ref(Invitation)) } },
        errors: [],
      },
      async ({ caller, query }) => ({
        status: 200,
        body: await invitations.list(caller.userId, query),
      }),
    ),
    endpoint(
      {
        ...common,
        method: 'GET',
        path: '/v1/admin/invitations/{invitationId}',
        id: 'readInvitation',
        summary: 'One invitation',
        description: 'How often it was used, and until when it can be.',
        params: Struct({ invitationId: Id }),
        answers: { 200: { description: 'The invitation.', body: ref(Invitation) } },
        errors: ['invitation_not_found'],
      },
      async ({ caller, params }) => ({
        status: 200,
        body: await invitations.read(caller.userId, params.invitationId),
      }),
    ),
    endpoint(
      {
        ...common,
        method: 'DELETE',
        path: '/v1/admin/invitations/{invitationId}',
        id: 'revokeInvitation',
        summary: 'Take an invitation back',
        description: 'Nobody registers with it any more; whoever has done so stays.',
        params: Struct({ invitationId: Id }),
        answers: { 204: { description: 'Taken back.', body: null } },
        errors: ['invitation_not_found'],
      },
      async ({ caller, params }) => {
        await invitations.revoke(caller.userId, params.invitationId)
        return { status: 204, body: null }
      },
    ),
  ]
}
