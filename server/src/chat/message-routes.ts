import { Type } from 'typebox'
import { endpoint } from '../contract/endpoint.ts'
import type { Endpoint } from '../contract/endpoint.ts'
import { Id, Nullable, Seq, Struct, named, ref } from '../contract/schema.ts'
import { LogPage } from './frames.ts'
import type { Messages } from './messages.ts'
import type { ReadMarks } from './read-marks.ts'
import type { RoomLog } from './room-log.ts'
import { ClientId, Message, MessagePage, ReadMark, SentMessage, Text } from './schema.ts'

const tag = 'Messages'
const roomParams = Struct({ roomId: Id })
const messageParams = Struct({ roomId: Id, seq: Seq })
const limit = Type.Optional(
  Type.Integer({ minimum: 1, maximum: 200, description: 'At most so many; 50 if absent.' }),
)

export const newMessage = {
  clientId: ClientId,
  text: Text,
  replyTo: Type.Optional(Nullable({ ...Seq, description: 'The message this one answers.' })),
}
const NewMessage = named('NewMessage', Struct(newMessage))
const MessageChange = named('MessageChange', Struct({ text: Text }))
const ReadRequest = named('ReadRequest', Struct({ seq: Seq }))

interface Deps {
  messages: Messages
  readMarks: ReadMarks
  log: RoomLog
}

export function messageRoutes({ messages, readMarks, log }: Deps): Endpoint[] {
  return [
    endpoint(
      {
        method: 'POST',
        path: '/v1/rooms/{roomId}/messages',
        id: 'sendMessage',
        tag,
        summary: 'Send a message',
        description:
          'Answered once it is stored. The same clientId is the same message for ever: a repeat answers 200 with the original and `repeated: true`, so retry until you have an answer.',
        access: 'user',
        limit: 'send',
        params: roomParams,
        body: ref(NewMessage),
        example: { clientId: '0197f0c4-7a11-7c3e-8f00-5d2b9a7e4c10', text: 'Who is coming?' },
        answers: {
          201: { description: 'Stored.', body: ref(SentMessage) },
          200: {
            description: 'It was stored before.',
            body: ref(SentMessage),
            example: { repeated: true },
          },
        },
        errors: [
          'room_not_found',
          'forbidden',
          'message_not_found',
          'client_id_conflict',
          'room_archived',
          'overloaded',
          'outcome_unknown',
        ],
      },
      async ({ caller, params, body }) => {
        const message = await messages.send(caller, params.roomId, body)
        if (message.repeated) return { status: 200, body: message }
        const location = `/v1/rooms/${params.roomId}/messages/${message.seq}`
        return { status: 201, body: message, headers: { location } }
      },
    ),
    endpoint(
      {
        method: 'GET',
        path: '/v1/rooms/{roomId}/messages',
        id: 'listMessages',
        tag,
        summary: 'Read messages',
        description:
          'The latest, or those before, after or around a seq (bounds excluded, the middle of around included); always by ascending seq.',
        access: 'user',
        params: roomParams,
        query: Struct({
          before: Type.Optional(Seq),
          after: Type.Optional(Seq),
          around: Type.Optional(Seq),
          limit,
        }),
        answers: { 200: { description: 'A page of messages.', body: ref(MessagePage) } },
        errors: ['room_not_found', 'forbidden'],
      },
      async ({ caller, params, query }) => ({
        status: 200,
        body: await messages.page(caller, params.roomId, query),
      }),
    ),
    endpoint(
      {
        method: 'GET',
        path: '/v1/rooms/{roomId}/messages/{seq}',
        id: 'getMessage',
        tag,
        summary: 'Read one message',
        description: 'A deleted message keeps its place, with `text: null`.',
        access: 'user',
        params: messageParams,
        answers: { 200: { description: 'The message.', body: ref(Message) } },
        errors: ['room_not_found', 'forbidden', 'message_not_found'],
      },
      async ({ caller, params }) => ({
        status: 200,
        body: await messages.get(caller, params.roomId, params.seq),
      }),
    ),
    endpoint(
      {
        method: 'PATCH',
        path: '/v1/rooms/{roomId}/messages/{seq}',
        id: 'editMessage',
        tag,
        summary: 'Edit my message',
        description:
          'The room hears of it as `message.edited`. The same text again changes nothing.',
        access: 'user',
        limit: 'send',
        params: messageParams,
        body: ref(MessageChange),
        example: { text: 'Who is coming on Sunday?' },
        answers: {
          200: {
            description: 'The message as it is now.',
            body: ref(Message),
            example: {
              text: 'Who is coming on Sunday?',
              version: 43,
              editedAt: '2026-11-22T12:01:00.000Z',
            },
          },
        },
        errors: ['room_not_found', 'forbidden', 'message_not_found', 'room_archived'],
      },
      async ({ caller, params, body }) => ({
        status: 200,
        body: await messages.edit(caller, params.roomId, params.seq, body.text),
      }),
    ),
    endpoint(
      {
        method: 'DELETE',
        path: '/v1/rooms/{roomId}/messages/{seq}',
        id: 'deleteMessage',
        tag,
        summary: 'Delete a message',
        description:
          "One's own; anyone's as owner or admin of the room. Its place stays, its text goes.",
        access: 'user',
        params: messageParams,
        answers: {
          200: {
            description: 'What is left of the message.',
            body: ref(Message),
            example: { text: null, version: 44, deletedAt: '2026-11-22T12:02:00.000Z' },
          },
        },
        errors: ['room_not_found', 'forbidden', 'message_not_found', 'room_archived'],
      },
      async ({ caller, params }) => ({
        status: 200,
        body: await messages.delete(caller, params.roomId, params.seq),
      }),
    ),
    endpoint(
      {
        method: 'PUT',
        path: '/v1/rooms/{roomId}/read',
        id: 'setReadMarker',
        tag,
        summary: 'Move my read marker',
        description:
          'Forward only: an older seq answers where it is. Past the last entry is an error.',
        access: 'user',
        params: roomParams,
        body: ref(ReadRequest),
        example: { seq: 42 },
        answers: { 200: { description: 'Where it is now.', body: ref(ReadMark) } },
        errors: ['room_not_found', 'forbidden', 'invalid_seq'],
      },
      async ({ caller, params, body }) => ({
        status: 200,
        body: await readMarks.set(caller, params.roomId, body.seq),
      }),
    ),
    endpoint(
      {
        method: 'GET',
        path: '/v1/rooms/{roomId}/log',
        id: 'readLog',
        tag,
        summary: "Read a room's log",
        description: 'Every durable change in order, in the same shapes as the socket sends them.',
        access: 'user',
        params: roomParams,
        query: Struct({ after: Type.Optional(Seq), limit }),
        answers: { 200: { description: 'A part of the log.', body: ref(LogPage) } },
        errors: ['room_not_found', 'forbidden', 'invalid_seq'],
      },
      async ({ caller, params, query: { after = 0, limit = 50 } }) => ({
        status: 200,
        body: await log.page(caller.userId, params.roomId, after, limit),
      }),
    ),
  ]
}
