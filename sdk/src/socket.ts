import { ParleyError } from './error.ts'
import type { Closed } from './error.ts'
import type { AnyFrame, CommandInput, CommandReply } from './frame.ts'
import { FrameListeners } from './frame-listeners.ts'
import { subprotocol } from './generated/frames.ts'
import type { Commands, Frames } from './generated/frames.ts'
import type { HelloCommand, ReadyFrame } from './generated/schemas.ts'
import { lineError } from './lost.ts'
import { PendingReplies } from './pending-replies.ts'
import type { AnyReply } from './pending-replies.ts'
import type { WebSocketConstructor, WebSocketLike } from './web-socket.ts'

/** Where to continue after an absence: what the last connection left off with. */
export type Resume = Pick<HelloCommand, 'cursors' | 'epoch'>

interface SocketOptions {
  WebSocket: WebSocketConstructor
  url: string
  timeoutMs: number
}

/** Opens a socket, says hello and waits until the server is ready. */
export async function openSocket({
  token,
  resume,
  ...options
}: SocketOptions & { token: string; resume: Resume }): Promise<Socket> {
  const socket = new Socket(options)
  const reason = `the server was not ready in ${options.timeoutMs} ms`
  const timer = setTimeout(() => socket.close({ code: 1006, reason }), options.timeoutMs)
  try {
    await socket.opened
    await socket.send('hello', { token, ...resume })
    await socket.readied
    return socket
  } catch (error) {
    socket.close()
    throw error
  } finally {
    clearTimeout(timer)
  }
}

/**
 * A socket that is ready: commands go out, events come in.
 *
 * @example
 * const socket = await client.openSocket()
 * const off = socket.on('message.created', ({ room, data }) => show(room, data))
 * await socket.send('message.send', { room, clientId: crypto.randomUUID(), text: 'hello' })
 */
export class Socket {
  /** Resolves when the socket has ended, whoever ended it; never rejects. */
  readonly closed: Promise<Closed>
  /** @internal */
  readonly opened: Promise<void>
  /** @internal */
  readonly readied: Promise<void>
  readonly #socket: WebSocketLike
  readonly #replies: PendingReplies
  readonly #frames = new FrameListeners()
  #ready: ReadyFrame | undefined
  /** What came since `ready`, until whoever waits for it can have attached her listeners. */
  #held: AnyFrame[] | undefined = []
  #heardAt = Date.now()
  #ended: Closed | undefined
  #settleReadied!: () => void
  #settleClosed!: (closed: Closed) => void

  /** @internal Sockets come from `client.openSocket()`. */
  constructor({ WebSocket, url, timeoutMs }: SocketOptions) {
    this.#replies = new PendingReplies(timeoutMs)
    const socket = new WebSocket(url, subprotocol)
    this.#socket = socket
    this.closed = new Promise((resolve) => (this.#settleClosed = resolve))
    this.opened = this.#unlessClosed((resolve) => socket.addEventListener('open', resolve))
    this.readied = this.#unlessClosed((resolve) => (this.#settleReadied = resolve))
    socket.addEventListener('message', ({ data }) => this.#hear(data))
    socket.addEventListener('close', ({ code, reason }) => this.#end({ code, reason }))
    // `close` follows and ends it; without a listener `ws` would end the process.
    socket.addEventListener('error', () => {})
  }

  /** The newest `ready`: who you are, your rooms, the epoch, the server's limits. */
  get ready(): ReadyFrame {
    // Nobody is given a socket before it came.
    return this.#ready as ReadyFrame
  }

  /**
   * Sends a command and resolves with its reply. Rejects with a ParleyError: the server's code
   * where it refused, `timeout` or `connection_lost` where the outcome is unknown (for messages,
   * send again with the same clientId).
   */
  async send<T extends keyof Commands>(type: T, input: CommandInput<T>): Promise<CommandReply<T>> {
    if (this.#ended) throw lineError(this.#ended)
    const sentAt = Date.now()
    try {
      const reply = await this.#replies.ask(type, (id) =>
        this.#socket.send(JSON.stringify({ ...input, id, type })),
      )
      // The server's own tests check every reply against its document.
      return reply as CommandReply<T>
    } catch (error) {
      // A server that is silent since it was asked is gone, whatever the platform believes.
      if (error instanceof ParleyError && error.code === 'timeout' && this.#heardAt < sentAt) {
        this.close({ code: 1006, reason: 'a command was not answered' })
      }
      throw error
    }
  }

  /** Calls the listener with every frame of this type, from the first after `ready` where it is
   *  attached without awaiting anything else before. Returns the function that ends it. */
  on<T extends keyof Frames>(type: T, listener: (frame: Frames[T]) => void): () => void {
    return this.#frames.onType(type, listener)
  }

  /** Calls the listener with every frame but replies. Returns the function that ends it. */
  onFrame(listener: (frame: AnyFrame) => void): () => void {
    return this.#frames.add(listener)
  }

  /** Closes from this side; `closed` and waiting commands do not wait for the other one. */
  close(closed: Closed = { code: 1000, reason: '' }): void {
    this.#socket.close()
    this.#end(closed)
  }

  #unlessClosed(start: (resolve: () => void) => void): Promise<void> {
    const promise = new Promise<void>((resolve, reject) => {
      start(resolve)
      void this.closed.then((closed) => reject(lineError(closed)))
    })
    promise.catch(() => {}) // heard through `closed` where nobody waits for it
    return promise
  }

  #hear(data: unknown): void {
    if (this.#ended) return
    this.#heardAt = Date.now()
    const frame = parse(data)
    if (!frame) this.close({ code: 1007, reason: 'a frame was not a JSON object' })
    else if ('re' in frame) this.#replies.settle(frame)
    else this.#take(frame)
  }

  #take(frame: AnyFrame): void {
    const isFirst = !this.#ready
    if (frame.type === 'ready') this.#ready = frame
    if (isFirst && this.#ready) this.#begin(this.#ready)
    else if (this.#held) this.#held.push(frame)
    else this.#frames.call(frame)
  }

  #begin({ heartbeatMs }: ReadyFrame): void {
    this.#settleReadied()
    setTimeout(() => {
      const held = this.#held ?? []
      this.#held = undefined
      for (const frame of held) this.#frames.call(frame)
    })
    // S5: the server is heard at least every heartbeatMs; twice as long without means it is gone.
    const limit = heartbeatMs * 2
    const timer = setInterval(() => {
      if (Date.now() - this.#heardAt <= limit) return
      this.close({ code: 1006, reason: `nothing was heard for ${limit} ms` })
    }, limit / 4)
    void this.closed.then(() => clearInterval(timer))
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
