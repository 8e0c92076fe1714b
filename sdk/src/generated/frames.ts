// Written by `npm run gen`. Do not edit.
import type * as S from './schemas.ts'

/** Every command of the socket: the frame that asks, the frame that answers. */
export interface Commands {
  'hello': { command: S.HelloCommand; reply: S.HelloReply }
  'token.renew': { command: S.TokenRenewCommand; reply: S.TokenRenewReply }
  'presence.watch': { command: S.PresenceWatchCommand; reply: S.PresenceWatchReply }
  'message.send': { command: S.MessageSendCommand; reply: S.MessageSendReply }
  'message.edit': { command: S.MessageEditCommand; reply: S.MessageEditReply }
  'message.delete': { command: S.MessageDeleteCommand; reply: S.MessageDeleteReply }
  'read.set': { command: S.ReadSetCommand; reply: S.ReadSetReply }
  'typing.set': { command: S.TypingSetCommand; reply: S.TypingSetReply }
  'room.sync': { command: S.RoomSyncCommand; reply: S.RoomSyncReply }
}

/** Every frame the server sends unasked, by its type. */
export interface Frames {
  'ready': S.ReadyFrame
  'reset': S.ResetFrame
  'ping': S.PingFrame
  'live': S.LiveFrame
  'reconnect': S.ReconnectFrame
  'presence': S.PresenceFrame
  'message.created': S.MessageCreatedEvent
  'message.edited': S.MessageEditedEvent
  'message.deleted': S.MessageDeletedEvent
  'member.joined': S.MemberJoinedEvent
  'member.updated': S.MemberUpdatedEvent
  'member.left': S.MemberLeftEvent
  'room.updated': S.RoomUpdatedEvent
  'room.added': S.RoomAddedEvent
  'room.gone': S.RoomGoneEvent
  'read.updated': S.ReadUpdatedEvent
  'typing': S.TypingFrame
  'receipt': S.ReceiptFrame
  'user.updated': S.UserUpdatedEvent
  'blocks.updated': S.BlocksUpdatedEvent
  'session.ended': S.SessionEndedEvent
}

/** What the socket speaks. */
export const subprotocol = 'parley.v1'

/** Why the server closes a socket: below 4500 come back, from 4500 on do not. */
export const closeCodes = {
  restarting: 4000,
  noHello: 4001,
  slow: 4008,
  noPong: 4009,
  tokenExpired: 4010,
  unavailable: 4013,
  tooMany: 4029,
  tokenInvalid: 4501,
  sessionEnded: 4502,
  protocolError: 4503,
  replaced: 4504,
} as const
