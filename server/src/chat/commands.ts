import { Type } from 'typebox'
import { command } from '../contract/frames.ts'
import type { Command } from '../contract/frames.ts'
import { Id, Seq, Struct, ref } from '../contract/schema.ts'
import { LogPage } from './frames.ts'
import { newMessage } from './message-routes.ts'
import type { Messages } from './messages.ts'
import type { ReadMarks } from './read-marks.ts'
import type { RoomLog } from './room-log.ts'
import { Message, ReadMark, SentMessage, Text } from './schema.ts'
import type { Typing } from './typing.ts'

interface Deps {
  messages: Messages
  readMarks: ReadMarks
  typing: Typing
  log: RoomLog
}

const inRoom = ['room_not_found', 'forbidden'] as const

/** The socket's door to the same services as the routes. */
export function chatCommands({ messages, readMarks, typing, log }: Deps): Command[] {
  return [
    command(
      'message.send',
      {
        id: 'sendMessage',
        description: 'Sends a message; the reply comes once it is stored.',
        input: { room: Id, ...newMessage },
        reply: ref(SentMessage),
        errors: [
          ...inRoom,
          'message_not_found',
          'client_id_conflict',
          'room_archived',
          'overloaded',
          'outcome_unknown',
        ],
      },
      ({ caller }, { room, clientId, text, replyTo }) =>
        messages.send(caller, room, { clientId, text, replyTo }),
    ),
    command(
      'message.edit',
      {
        id: 'editMessage',
        description: 'Replaces the text of your own message.',
        input: { room: Id, seq: Seq, text: Text },
        reply: ref(Message),
        errors: [...inRoom, 'message_not_found', 'room_archived'],
      },
      ({ caller }, { room, seq, text }) => messages.edit(caller, room, seq, text),
    ),
    command(
      'message.delete',
      {
        id: 'deleteMessage',
        description: "Deletes your message, or anyone's as owner or admin of the room.",
        input: { room: Id, seq: Seq },
        reply: ref(Message),
        errors: [...inRoom, 'message_not_found', 'room_archived'],
      },
      ({ caller }, { room, seq }) => messages.delete(caller, room, seq),
    ),
    command(
      'read.set',
      {
        id: 'setReadMarker',
        description: 'Moves your read marker forward.',
        input: { room: Id, seq: Seq },
        reply: ref(ReadMark),
        errors: [...inRoom, 'invalid_seq'],
      },
      ({ caller }, { room, seq }) => readMarks.set(caller, room, seq),
    ),
    command(
      'typing.set',
      {
        id: 'setTyping',
        description: 'Says that you are writing; send it again while you are, it ends by itself.',
        input: { room: Id },
        reply: Struct({}),
        errors: [...inRoom, 'room_archived'],
      },
      async ({ caller }, { room }) => {
        await typing.set(caller, room)
        return {}
      },
    ),
    command(
      'room.sync',
      {
        id: 'readLog',
        description: 'Reads a part of the log: what fills a hole the client has seen.',
        input: {
          room: Id,
          after: Seq,
          limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 })),
        },
        reply: ref(LogPage),
        errors: [...inRoom, 'invalid_seq'],
      },
      ({ caller }, { room, after, limit = 50 }) => log.page(caller.userId, room, after, limit),
    ),
  ]
}
