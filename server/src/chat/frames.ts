import { Type } from 'typebox'
import type { Static } from 'typebox'
import { durableEvent, plainFrame, userEvent } from '../contract/frames.ts'
import type { FrameDeclaration } from '../contract/frames.ts'
import { Id, Seq, StringEnum, Struct, named, ref } from '../contract/schema.ts'
import { UserSummary } from '../user/schema.ts'
import { ChangedRoom, JoinedMember, MemberRole, Message, Room, Unread } from './schema.ts'

export const leaveReasons = ['left', 'removed', 'deleted'] as const

export const messageCreated = durableEvent(
  'message.created',
  'A message was sent. Its content is as of the reading.',
  ref(Message),
)
export const messageEdited = durableEvent(
  'message.edited',
  'A message was edited; the whole message as it is now. Where it lies before your visibleFrom, its text is null: pass over it.',
  ref(Message),
)
export const messageDeleted = durableEvent(
  'message.deleted',
  'A message was deleted: ids only, never its text.',
  Struct({ message: Seq, by: Id }),
)
export const memberJoined = durableEvent(
  'member.joined',
  'Someone joined or was added.',
  ref(JoinedMember),
)
export const memberUpdated = durableEvent(
  'member.updated',
  "A member's role changed.",
  Struct({ user: ref(UserSummary), role: MemberRole, by: Id }),
)
export const memberLeft = durableEvent(
  'member.left',
  'Someone left or was removed: the last entry she sees of this room.',
  Struct({ userId: Id, by: Id, reason: StringEnum(leaveReasons) }),
)
export const roomUpdated = durableEvent(
  'room.updated',
  'Name, topic or archive state changed.',
  ref(ChangedRoom),
)

const durable = [
  messageCreated,
  messageEdited,
  messageDeleted,
  memberJoined,
  memberUpdated,
  memberLeft,
  roomUpdated,
]

/** An entry of a room's log, the same over HTTP, push and replay (P2). */
export const LogEntry = named(
  'LogEntry',
  Type.Union(durable.map((event) => ref(event.schema)) as LogEntryRefs), // map loses the tuple
)
type LogEntryRefs = [
  ReturnType<typeof ref<typeof messageCreated.schema>>,
  ReturnType<typeof ref<typeof messageEdited.schema>>,
  ReturnType<typeof ref<typeof messageDeleted.schema>>,
  ReturnType<typeof ref<typeof memberJoined.schema>>,
  ReturnType<typeof ref<typeof memberUpdated.schema>>,
  ReturnType<typeof ref<typeof memberLeft.schema>>,
  ReturnType<typeof ref<typeof roomUpdated.schema>>,
]
export type LogEntry = Static<typeof LogEntry>

export const LogPage = named(
  'LogPage',
  Struct({
    items: Type.Array(ref(LogEntry), { description: 'By ascending seq, without holes.' }),
    lastSeq: Seq,
    hasMore: Type.Boolean({ examples: [false] }),
  }),
)
export type LogPage = Static<typeof LogPage>

export const roomAdded = userEvent(
  'room.added',
  'You are now a member of this room; its entries follow from lastSeq + 1.',
  ref(Room),
)
const gone = userEvent(
  'room.gone',
  'You are no longer a member of this room; also the answer to a cursor of a room not in ready.',
  Struct({ room: Id }),
)
export const roomGone = {
  ...gone,
  schema: named(
    gone.schema.$id,
    Struct(
      { ...gone.schema.properties, room: Type.Optional(Id) },
      { description: gone.description },
    ),
  ),
}
/** The same news where it answers a cursor (S2). */
export const roomGoneFrame = (room: string, userSeq: number) => ({
  type: roomGone.type,
  room,
  userSeq,
  data: { room },
})
export const readUpdated = userEvent(
  'read.updated',
  'Your read marker moved, on this or another device.',
  Struct({ room: Id, ...Unread }),
)

export const typing = plainFrame('typing', 'ephemeral', 'Someone is writing.', {
  room: Id,
  userId: Id,
  expiresInMs: Type.Integer({ minimum: 0, description: 'It ends by itself after this.' }),
})
export const receipt = plainFrame(
  'receipt',
  'ephemeral',
  'Someone read up to here; in rooms of at most 50 members.',
  { room: Id, userId: Id, seq: Seq },
)

export const chatFrames: FrameDeclaration[] = [
  ...durable,
  roomAdded,
  roomGone,
  readUpdated,
  typing,
  receipt,
]
