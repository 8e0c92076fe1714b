import { Type } from 'typebox'
import type { Static } from 'typebox'
import {
  Id,
  Nullable,
  Seq,
  StringEnum,
  Struct,
  Time,
  mostlyNull,
  named,
  ref,
  visibleCharacter,
} from '../contract/schema.ts'
import { UserSummary } from '../user/schema.ts'

/** Rooms a person can be a member of (S8). */
export const maxRooms = 1000
/** Code points of a message (S8). */
export const maxText = 8000

export const MemberRole = StringEnum(['owner', 'admin', 'member'])
export type MemberRole = Static<typeof MemberRole>
export const RoomKind = StringEnum(['direct', 'group', 'channel'])
export type RoomKind = Static<typeof RoomKind>
export const History = StringEnum(['all', 'sinceJoin'], {
  description: 'What a new member of a group sees: everything, or what comes after her.',
})

const version = Type.Integer({
  minimum: 0,
  examples: [42],
  description: 'The seq of the entry that last changed this; of two copies the larger is newer.',
})
const visible = { minLength: 1, pattern: visibleCharacter }
export const Text = Type.String({ ...visible, maxLength: maxText, examples: ['hello'] })
export const RoomName = Type.String({ ...visible, maxLength: 100 })
export const Topic = Type.String({ maxLength: 500 })
export const ClientId = Type.String({
  format: 'uuid',
  description:
    'A UUID, in lower case, made by the client once for each thing it makes: a repeat is never a second one.',
})

export const Message = named(
  'Message',
  Struct({
    roomId: Id,
    seq: Seq,
    version,
    author: ref(UserSummary),
    clientId: ClientId,
    text: Nullable(
      Type.String({ description: 'null once the message is deleted.', examples: ['hello'] }),
    ),
    style: StringEnum(['text', 'action'], { description: 'action: as /me writes it.' }),
    replyTo: Nullable(Seq, mostlyNull),
    createdAt: Time,
    editedAt: Nullable(Time, mostlyNull),
    deletedAt: Nullable(Time, mostlyNull),
  }),
)
export type Message = Static<typeof Message>

export const SentMessage = named(
  'SentMessage',
  Struct({
    ...Message.properties,
    repeated: Type.Boolean({
      description: 'This clientId was sent before: here is the original.',
      examples: [false],
    }),
  }),
)
export type SentMessage = Static<typeof SentMessage>

const memberProperties = {
  user: ref(UserSummary),
  role: MemberRole,
  joinedAt: Time,
  joinedSeq: { ...Seq, examples: [2] },
  version: { ...version, examples: [2] },
}
export const Member = named(
  'Member',
  Struct({
    ...memberProperties,
    readSeq: Type.Optional({ ...Seq, description: 'In rooms of at most 50 members.' }),
  }),
)
export type Member = Static<typeof Member>

export const lastSeq = {
  ...Seq,
  description: "The room's last entry, in the snapshot of this answer.",
}

export const MemberState = named('MemberState', Struct({ ...memberProperties, lastSeq }))
export const JoinedMember = named(
  'JoinedMember',
  Struct({ ...memberProperties, by: Id }, { description: 'A member as of her joining.' }),
)

const roomProperties = {
  id: Id,
  kind: { ...RoomKind, examples: ['group'] },
  name: Nullable(Type.String({ description: 'null in direct rooms.', examples: ['Weekend walk'] })),
  topic: Type.String({ examples: ['Where to, and when?'] }),
  history: History,
  createdAt: Time,
  archivedAt: Nullable(Time, mostlyNull),
  version,
}

export const RoomInfo = named(
  'RoomInfo',
  Struct(roomProperties, { description: 'What every member sees alike.' }),
)
export type RoomInfo = Static<typeof RoomInfo>

const RoomChangeKind = StringEnum(['name', 'topic', 'archived', 'reopened'])
export type RoomChangeKind = Static<typeof RoomChangeKind>

export const ChangedRoom = named(
  'ChangedRoom',
  Struct(
    {
      ...roomProperties,
      by: Id,
      changed: Nullable(
        Type.Array(RoomChangeKind, {
          description: 'null where it is not known: the entry is older than this field.',
          examples: [['name']],
        }),
      ),
    },
    { description: 'A room as it is now, and what this entry changed of it.' },
  ),
)

export const Unread = {
  readSeq: { ...Seq, examples: [39] },
  unread: Type.Integer({ minimum: 0, maximum: 100, examples: [3] }),
  unreadMore: Type.Boolean({ description: 'There are more than 100.', examples: [false] }),
}

export const Room = named(
  'Room',
  Struct(
    {
      ...roomProperties,
      kind: { ...RoomKind, examples: ['direct'] },
      name: Nullable(Type.String({ description: 'null in direct rooms.' }), mostlyNull),
      topic: Type.String({ examples: [''] }),
      role: { ...MemberRole, examples: ['member'] },
      peer: Type.Optional(ref(UserSummary)),
      joinedSeq: { ...Seq, examples: [2] },
      visibleFrom: { ...Seq, description: 'You see nothing before this entry.', examples: [1] },
      lastSeq,
      ...Unread,
      lastMessage: Nullable(ref(Message)),
    },
    {
      description:
        'A room as one of its members sees it; `peer` is the other one of a direct room.',
    },
  ),
)
export type Room = Static<typeof Room>

export const Channel = named(
  'Channel',
  Struct(
    {
      ...roomProperties,
      kind: { ...RoomKind, examples: ['channel'] },
      memberCount: Type.Integer({ minimum: 0, examples: [12] }),
      joined: Type.Boolean({ description: 'You are a member.' }),
    },
    { description: 'A public channel as anyone sees it.' },
  ),
)
export type Channel = Static<typeof Channel>

export const ReadMark = named('ReadMark', Struct(Unread))
export type ReadMark = Static<typeof ReadMark>

export const MessagePage = named(
  'MessagePage',
  Struct({
    items: Type.Array(ref(Message), { description: 'By ascending seq.' }),
    lastSeq,
    hasBefore: Type.Boolean(),
    hasAfter: Type.Boolean({ examples: [false] }),
  }),
)
export type MessagePage = Static<typeof MessagePage>
