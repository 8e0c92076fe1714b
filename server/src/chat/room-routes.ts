import { Type } from 'typebox'
import { endpoint } from '../contract/endpoint.ts'
import type { Endpoint } from '../contract/endpoint.ts'
import { Id, Page, StringEnum, Struct, named, pageQuery, ref } from '../contract/schema.ts'
import type { Rooms } from './rooms.ts'
import { Channel, ClientId, History, Room, RoomName, Topic } from './schema.ts'

const tag = 'Rooms'
const roomParams = Struct({ roomId: Id })

const NewRoom = named(
  'NewRoom',
  Struct({
    clientId: ClientId,
    kind: StringEnum(['group', 'channel']),
    name: RoomName,
    topic: Type.Optional(Topic),
    history: Type.Optional(History),
    memberIds: Type.Optional(Type.Array(Id, { maxItems: 100 })),
  }),
)

const RoomChange = named(
  'RoomChange',
  Struct(
    {
      name: Type.Optional(RoomName),
      topic: Type.Optional(Topic),
      archived: Type.Optional(Type.Boolean()),
    },
    { minProperties: 1 },
  ),
)

const RoomPage = named('RoomPage', Page(ref(Room)))
const ChannelPage = named('ChannelPage', Page(ref(Channel)))
const RoomOrChannel = named('RoomOrChannel', Type.Union([ref(Room), ref(Channel)]))

// Room's own example is a direct one, which shows every field.
const group = { kind: 'group', name: 'Weekend walk', role: 'owner', peer: undefined }
const begun = { joinedSeq: 1, lastSeq: 1, readSeq: 1, version: 0, unread: 0, lastMessage: null }
const newGroup = { ...group, ...begun }

const made = { description: 'It is there now.', body: ref(Room) }
const found = { description: 'It was there already.', body: ref(Room) }

/** 201 with its address where it is new, 200 where it was there. */
function madeOrFound({ room, repeated }: { room: Room; repeated: boolean }) {
  if (repeated) return { status: 200 as const, body: room }
  return { status: 201 as const, body: room, headers: { location: `/v1/rooms/${room.id}` } }
}

export function roomRoutes(rooms: Rooms): Endpoint[] {
  return [
    endpoint(
      {
        method: 'POST',
        path: '/v1/rooms',
        id: 'createRoom',
        tag,
        summary: 'Create a group or a channel',
        description:
          'You become its owner. A repeat with the same clientId answers 200 with the room it made.',
        access: 'user',
        body: ref(NewRoom),
        example: {
          clientId: '0197f0c4-6c8e-7d1a-9b8e-2f6a4d0c1b2a',
          kind: 'group',
          name: 'Weekend walk',
        },
        answers: { 201: { ...made, example: newGroup }, 200: { ...found, example: group } },
        errors: [
          'user_not_found',
          'room_not_found',
          'forbidden',
          'client_id_conflict',
          'room_limit',
        ],
      },
      async ({ caller, body }) => madeOrFound(await rooms.create(caller, body)),
    ),
    endpoint(
      {
        method: 'PUT',
        path: '/v1/rooms/direct/{userId}',
        id: 'openDirectRoom',
        tag,
        summary: 'Open the direct room with a person',
        description: 'There is exactly one for each two people; it is made where it is missing.',
        access: 'user',
        params: Struct({ userId: Id }),
        answers: { 201: made, 200: found },
        errors: ['user_not_found', 'forbidden', 'direct_with_self', 'room_limit'],
      },
      async ({ caller, params }) => madeOrFound(await rooms.direct(caller, params.userId)),
    ),
    endpoint(
      {
        method: 'GET',
        path: '/v1/rooms',
        id: 'listRooms',
        tag,
        summary: 'List my rooms',
        description: 'Latest activity first, each with its last message and what is unread.',
        access: 'user',
        query: Struct(pageQuery),
        answers: { 200: { description: 'A page of rooms.', body: ref(RoomPage) } },
        errors: [],
      },
      async ({ caller, query }) => ({ status: 200, body: await rooms.list(caller, query) }),
    ),
    endpoint(
      {
        method: 'GET',
        path: '/v1/rooms/{roomId}',
        id: 'getRoom',
        tag,
        summary: 'Read a room',
        description: 'As its member; a channel you are not in shows its name and topic.',
        access: 'user',
        params: roomParams,
        answers: { 200: { description: 'The room.', body: ref(RoomOrChannel) } },
        errors: ['room_not_found'],
      },
      async ({ caller, params }) => ({
        status: 200,
        body: await rooms.get(caller, params.roomId),
      }),
    ),
    endpoint(
      {
        method: 'PATCH',
        path: '/v1/rooms/{roomId}',
        id: 'changeRoom',
        tag,
        summary: 'Rename, describe, archive or reopen a room',
        description: 'Name and topic: owners and admins. Archive: owners.',
        access: 'user',
        params: roomParams,
        body: ref(RoomChange),
        example: { topic: 'Sunday, nine o’clock, at the bridge' },
        answers: {
          200: {
            description: 'The room as it is now.',
            body: ref(Room),
            example: { ...group, topic: 'Sunday, nine o’clock, at the bridge' },
          },
        },
        errors: ['room_not_found', 'forbidden', 'direct_room_fixed', 'room_archived'],
      },
      async ({ caller, params, body }) => ({
        status: 200,
        body: await rooms.change(caller, params.roomId, body),
      }),
    ),
    endpoint(
      {
        method: 'POST',
        path: '/v1/rooms/{roomId}/join',
        id: 'joinChannel',
        tag,
        summary: 'Join a public channel',
        description: 'Who is a member already stays one, and gets the room.',
        access: 'user',
        params: roomParams,
        answers: {
          200: {
            description: 'You are a member.',
            body: ref(Room),
            example: { ...group, kind: 'channel', role: 'member' },
          },
        },
        errors: ['room_not_found', 'direct_room_fixed', 'room_archived', 'room_limit'],
      },
      async ({ caller, params }) => ({
        status: 200,
        body: await rooms.join(caller, params.roomId),
      }),
    ),
    endpoint(
      {
        method: 'GET',
        path: '/v1/channels',
        id: 'listChannels',
        tag,
        summary: 'Discover public channels',
        description: 'By name; `q` finds a part of it. Archived channels are left out.',
        access: 'user',
        limit: 'search',
        query: Struct({ q: Type.Optional(Type.String({ maxLength: 100 })), ...pageQuery }),
        answers: { 200: { description: 'A page of channels.', body: ref(ChannelPage) } },
        errors: [],
      },
      async ({ caller, query }) => ({ status: 200, body: await rooms.channels(caller, query) }),
    ),
  ]
}
