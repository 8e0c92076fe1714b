import type {
  ErrorReply,
  HelloCommand,
  HelloReply,
  LiveFrame,
  MessageSendCommand,
  ReadyFrame,
  ResetFrame,
} from '@parley/client'
import type { Dialect, FrameKind, Reaction } from './dialect.ts'
import { beginsWith, idDigits } from './dialect.ts'
import { numberAt } from './marker.ts'

const ackPrefix = Buffer.from('{"re":')
const okPrefix = Buffer.from(',"ok":true')
const messagePrefix = Buffer.from('{"type":"message.created","room":"')
const seqKey = Buffer.from(',"seq":')
const uuidLength = 36

type Known = ReadyFrame | ResetFrame | LiveFrame | HelloReply | ErrorReply

/** docs/protocol.md: JSON text frames, hello first. */
export const parleyDialect: Dialect = {
  path: '/v1/socket',
  protocol: 'parley.v1',
  serverSpeaksFirst: false,

  hello(token, cursors) {
    const frame: HelloCommand = { id: 1, type: 'hello', token, ...(cursors && { cursors }) }
    return JSON.stringify(frame)
  },

  kindOf(bytes, start): FrameKind {
    if (beginsWith(bytes, start, messagePrefix)) return 'message'
    if (!beginsWith(bytes, start, ackPrefix)) return 'other'
    const afterId = start + ackPrefix.length + idDigits
    if (bytes[afterId] !== okPrefix[0]) return 'other' // the reply to hello, whose id is short
    return beginsWith(bytes, afterId, okPrefix) ? 'ack' : 'refusal'
  },

  ackId: (bytes, start) => numberAt(bytes, start + ackPrefix.length, idDigits),

  cursorOf(bytes, start) {
    const roomStart = start + messagePrefix.length
    const room = bytes.toString('latin1', roomStart, roomStart + uuidLength)
    const seqStart = bytes.indexOf(seqKey, roomStart) + seqKey.length
    const seqEnd = bytes.indexOf(',', seqStart, 'latin1')
    return { room, seq: numberAt(bytes, seqStart, seqEnd - seqStart) }
  },

  react(text): Reaction {
    const frame = JSON.parse(text) as Known // the server's documents say what else there is
    if ('re' in frame && !frame.ok) return { do: 'leave', reason: `hello was refused: ${text}` }
    if (!('type' in frame)) return { do: 'nothing' }
    if (frame.type === 'live') return { do: 'start' }
    if (frame.type === 'reset') return { do: 'reset', room: frame.room }
    if (frame.type !== 'ready') return { do: 'nothing' }
    return { do: 'learn', heads: Object.fromEntries(frame.rooms.map((r) => [r.id, r.lastSeq])) }
  },

  send({ id, room, clientId, text }) {
    const frame: MessageSendCommand = { id, type: 'message.send', room, clientId, text }
    return JSON.stringify(frame)
  },
}
