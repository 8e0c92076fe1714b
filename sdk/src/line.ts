import { ParleyError } from './error.ts'
import type { Closed } from './error.ts'
import type { Commands, Frames } from './generated/frames.ts'
import { Listeners } from './listeners.ts'
import { lineError } from './lost.ts'
import { PendingReplies } from './pending-replies.ts'
import type { AnyReply } from './pending-replies.ts'
import type { WebSocketConstructor, WebSocketLike } from './web-socket.ts'

export type AnyFrame = Frames[keyof Frames]
export type CommandInput<T extends keyof Commands> = Omit<Commands[T]['command'], 'id' | 'type'>
export type CommandReply<T extends keyof Commands> = Commands[T]['reply']['data']

interface LineOptions {
  WebSocket: WebSocketConstructor
  url: string
  timeoutMs: number
}

/** One WebSocket with Parley's frames on it: commands and their replies, and all other frames. */
export class Line {
  /** Rejects where the line ends before it opens. */
  readonly opened: Promise<void>
  /** Never rejects. */
  readonly closed: Promise<Closed>
  readonly frames = new Listeners<AnyFrame>()
  /** When the server was last heard, by this device's clock. */
  heardAt = Date.now()
  readonly #socket: WebSocketLike
  readonly #replies: PendingReplies
  #ended: Closed | undefined
  #settleClosed!: (closed: Closed) => void

  constructor({ WebSocket, url, timeoutMs }: LineOptions) {
    this.#replies = new PendingReplies(timeoutMs)
    this.#socket = new WebSocket(url, 'parley.v1')
    this.closed = new Promise((resolve) => (this.#settleClosed = resolve))
    this.opened = new Promise((resolve, reject) => {
      this.#socket.addEventListener('open', resolve)
      void this.closed.then((closed) => reject(lineError(closed)))
    })
    this.opened.catch(() => {}) // heard through `closed` where nobody waits for `opened`
    this.#socket.addEventListener('message', ({ data }) => this.#hear(data))
    this.#socket.addEventListener('close', ({ code, reason }) => this.#end({ code, reason }))
    // `close` follows and ends the line; without a listener `ws` would end the process.
    this.#socket.addEventListener('error', () => {})
  }

  /** Sends a command and waits for its reply. ParleyError with the server's code where it is
   *  refused, `timeout` or `connection_lost` where the outcome is unknown. */
  async send<T extends keyof Commands>(type: T, input: CommandInput<T>): Promise<CommandReply<T>> {
    if (this.#ended) throw lineError(this.#ended)
    const sentAt = Date.now()
    const reply = await this.#replies
      .ask(type, (id) => this.#socket.send(JSON.stringify({ ...input, id, type })))
      .catch((error: unknown) => {
        this.#doubt(error, sentAt)
        throw error
      })
    // The server's own tests check every reply against its document.
    return reply as CommandReply<T>
  }

  /** Closes from this side; `closed` and waiting commands do not wait for the other one. */
  close(closed: Closed = { code: 1000, reason: '' }): void {
    this.#socket.close()
    this.#end(closed)
  }

  /** A server that is silent since it was asked is gone, whatever the socket believes. */
  #doubt(error: unknown, sentAt: number): void {
    if (!(error instanceof ParleyError) || error.code !== 'timeout') return
    if (this.heardAt < sentAt) this.close({ code: 1006, reason: 'a command was not answered' })
  }

  #hear(data: unknown): void {
    if (this.#ended) return
    this.heardAt = Date.now()
    const frame = parse(data)
    if (!frame) this.close({ code: 1007, reason: 'a frame was not a JSON object' })
    else if ('re' in frame) this.#replies.settle(frame)
    else this.frames.call(frame)
  }

  #end(closed: Closed): void {
    if (this.#ended) return
    this.#ended = closed
    this.#replies.failAll(lineError(closed))
    this.#settleClosed(closed)
  }
}

function parse(data: unknown): AnyFrame | AnyReply | undefined {
  try {
    const value: unknown = JSON.parse(String(data))
    // The server's own tests check every frame against its document.
    return typeof value === 'object' && value !== null ? (value as AnyFrame | AnyReply) : undefined
  } catch {
    return undefined
  }
}
