import { beginsWith } from './dialect.ts'
import type { Dialect, DialectContext, FrameKind, Reaction } from './dialect.ts'

const messagePrefix = Buffer.from('<message')
const errorType = Buffer.from("type='error'")
/** The attributes of a stanza are not longer. */
const attributes = 300
const domain = 'localhost'
const open = `<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' to='${domain}' version='1.0'/>`

/** XMPP over WebSocket (RFC 7395) as ejabberd speaks it, with rooms after XEP-0045. The token is
 *  `user:password`. What a room sends back to its author is her acknowledgement: ejabberd hands a
 *  message to the archive before it sends it on. */
export const ejabberdDialect: Dialect = {
  path: '/ws',
  protocol: 'xmpp',
  serverSpeaksFirst: false,
  acknowledgesByEcho: true,

  hello: () => open,

  kindOf(bytes, start): FrameKind {
    if (!beginsWith(bytes, start, messagePrefix)) return 'other'
    const at = bytes.subarray(start, start + attributes).indexOf(errorType)
    return at < 0 || at > bytes.indexOf('>', start) - start ? 'message' : 'refusal'
  },

  // An error names no number: whatever is refused ends the run.
  ackId: () => 0,

  react(text, context): Reaction {
    if (text.startsWith('<success')) return { do: 'answer', text: open }
    if (text.startsWith('<failure') || text.includes('<stream:error')) {
      return { do: 'leave', reason: `it was refused: ${text}` }
    }
    if (text.includes('urn:ietf:params:xml:ns:xmpp-bind'))
      return { do: 'answer', text: bound(text, context) }
    if (text.includes('<mechanism>PLAIN<')) return { do: 'answer', text: auth(context) }
    return isOwnPresence(text) ? { do: 'start' } : { do: 'nothing' }
  },

  send: ({ id, room, text }) =>
    `<message xmlns='jabber:client' type='groupchat' id='${id}' to='${room}'><body>${text}</body></message>`,
}

/** Features ask for a resource; its result is followed by entering the room. */
function bound(text: string, { token, rooms }: DialectContext): string {
  if (!text.startsWith('<iq')) {
    return "<iq xmlns='jabber:client' type='set' id='bind'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>"
  }
  const [user = ''] = token.split(':')
  const muc = "<x xmlns='http://jabber.org/protocol/muc'><history maxstanzas='0'/></x>"
  return `<presence xmlns='jabber:client' to='${rooms[0] ?? ''}/${user}'>${muc}</presence>`
}

function auth({ token }: DialectContext): string {
  const plain = Buffer.from(`\0${token.replace(':', '\0')}`).toString('base64')
  return `<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>${plain}</auth>`
}

/** The last presence of a room that was entered is one's own, status 110. */
function isOwnPresence(text: string): boolean {
  return text.startsWith('<presence') && /<status code=['"]110['"]/.test(text)
}
