import type { Dialect, FrameKind, Reaction } from './dialect.ts'
import { idDigits } from './dialect.ts'
import { numberAt } from './marker.ts'

const [four, two, three] = [0x34, 0x32, 0x33]
/** After `43<id>[{"ok":`. */
const okAt = 2 + idDigits + '[{"ok":'.length
const letterT = 0x74

/** Socket.IO protocol 5 over Engine.IO protocol 4, spoken to bench/src/peers/socketio-server.ts. */
export const socketIoDialect: Dialect = {
  path: '/socket.io/?EIO=4&transport=websocket',
  serverSpeaksFirst: true,

  hello: (token) => `40${JSON.stringify({ token })}`,

  kindOf(bytes, start): FrameKind {
    if (bytes[start] !== four) return 'other'
    if (bytes[start + 1] === three) return bytes[start + okAt] === letterT ? 'ack' : 'refusal'
    // 42["message",{…}] or 42["live"]
    return bytes[start + 1] === two && bytes[start + 4] !== 0x6c ? 'message' : 'other'
  },

  ackId: (bytes, start) => numberAt(bytes, start + 2, idDigits),

  react(text): Reaction {
    if (text === '2') return { do: 'answer', text: '3' }
    if (text.startsWith('44')) return { do: 'leave', reason: `it was refused: ${text}` }
    return text.startsWith('42["live"') ? { do: 'start' } : { do: 'nothing' }
  },

  send({ id, room, clientId, text }) {
    return `42${id}${JSON.stringify(['send', { room, clientId, text }])}`
  },
}
