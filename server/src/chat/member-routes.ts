import { Type } from 'typebox'
import { endpoint } from '../contract/endpoint.ts'
import type { Endpoint } from '../contract/endpoint.ts'
import { Id, Page, Struct, named, pageQuery, ref } from '../contract/schema.ts'
import type { Members } from './members.ts'
import { Member, MemberRole, MemberState, lastSeq } from './schema.ts'

const tag = 'Members'

const RoleChange = named('RoleChange', Struct({ role: Type.Optional(MemberRole) }))
const MemberPage = named('MemberPage', Struct({ ...Page(ref(Member)).properties, lastSeq }))

export function memberRoutes(members: Members): Endpoint[] {
  return [
    endpoint(
      {
        method: 'GET',
        path: '/v1/rooms/{roomId}/members',
        id: 'listMembers',
        tag,
        summary: 'List the members of a room',
        description: 'In the order they joined; with `readSeq` in rooms of at most 50.',
        access: 'user',
        params: Struct({ roomId: Id }),
        query: Struct(pageQuery),
        answers: { 200: { description: 'A page of members.', body: ref(MemberPage) } },
        errors: ['room_not_found', 'forbidden'],
      },
      async ({ caller, params, query }) => ({
        status: 200,
        body: await members.list(caller, params.roomId, query),
      }),
    ),
    endpoint(
      {
        method: 'PUT',
        path: '/v1/rooms/{roomId}/members/{userId}',
        id: 'putMember',
        tag,
        summary: 'Add a member or set a role',
        description:
          'Without a role a person is added as member, and a member stays what she is. Roles are set by owners.',
        access: 'user',
        params: Struct({ roomId: Id, userId: Id }),
        body: ref(RoleChange),
        bodyOptional: true,
        example: { role: 'admin' },
        answers: {
          201: { description: 'Added.', body: ref(MemberState) },
          200: { description: 'A member, with this role.', body: ref(MemberState) },
        },
        errors: [
          'room_not_found',
          'user_not_found',
          'forbidden',
          'direct_room_fixed',
          'room_archived',
          'last_owner',
          'room_limit',
        ],
      },
      async ({ caller, params, body }) => {
        const { roomId, userId } = params
        const { member, added } = await members.put(caller, roomId, userId, body.role)
        const location = `/v1/rooms/${roomId}/members/${userId}`
        return added
          ? { status: 201, body: member, headers: { location } }
          : { status: 200, body: member }
      },
    ),
    endpoint(
      {
        method: 'DELETE',
        path: '/v1/rooms/{roomId}/members/{userId}',
        id: 'removeMember',
        tag,
        summary: 'Remove a member, or leave',
        description:
          'With `me` you leave. When the last owner leaves, the longest-standing admin, else member, becomes owner.',
        access: 'user',
        params: Struct({
          roomId: Id,
          userId: Type.Union([Id, Type.Literal('me')], { description: 'A person, or `me`.' }),
        }),
        answers: { 204: { description: 'Not a member any more.', body: null } },
        errors: [
          'room_not_found',
          'member_not_found',
          'forbidden',
          'direct_room_fixed',
          'room_archived',
        ],
      },
      async ({ caller, params }) => {
        await members.remove(caller, params.roomId, params.userId)
        return { status: 204, body: null }
      },
    ),
  ]
}
