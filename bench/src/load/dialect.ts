/** What a text frame is to the benchmark. */
export type FrameKind = 'message' | 'ack' | 'refusal' | 'other'

/** What the client does about a frame that is neither a message nor an acknowledgement. */
export type Reaction =
  | { do: 'nothing' }
  /** The connection is live: it gets messages from now on. */
  | { do: 'start' }
  | { do: 'answer'; text: string }
  /** By room: its last entry. */
  | { do: 'learn'; heads: Record<string, number> }
  /** What was missed of this room will not come. */
  | { do: 'reset'; room: string }
  /** The server does not want this connection. */
  | { do: 'leave'; reason: string }

export interface OutgoingMessage {
  /** Ten digits, so that an acknowledgement is found by its bytes. */
  id: number
  room: string
  clientId: string
  text: string
}

/** Of the connection that reacts. */
export interface DialectContext {
  token: string
  rooms: readonly string[]
}

/** How a system under test is spoken to, as cheaply as it can be: frames are told apart by bytes
 *  at fixed places, and only what is rare is parsed. */
export interface Dialect {
  /** The path of the upgrade, and its subprotocol. */
  path: string
  protocol?: string
  /** What is said once the upgrade is through. */
  hello(token: string, cursors: Readonly<Record<string, number>> | undefined): string | undefined
  /** Whether `hello` waits for the server's first frame. */
  serverSpeaksFirst: boolean
  /** A sender's own message coming back is its acknowledgement. */
  acknowledgesByEcho?: boolean
  kindOf(bytes: Buffer, start: number): FrameKind
  /** Of an acknowledgement or refusal: the id that was sent. */
  ackId(bytes: Buffer, start: number): number
  /** Of a message, where the dialect resumes by cursors: its room and place. */
  cursorOf?(bytes: Buffer, start: number): { room: string; seq: number }
  react(text: string, context: DialectContext): Reaction
  send(message: OutgoingMessage): string
}

export const firstId = 1_000_000_000
export const idDigits = 10

export function beginsWith(bytes: Buffer, start: number, prefix: Buffer): boolean {
  for (let at = 0; at < prefix.length; at++) if (bytes[start + at] !== prefix[at]) return false
  return true
}
