import type { Closed } from './error.ts'
import type { Commands, Frames } from './generated/frames.ts'
import type { HelloCommand, ReadyFrame } from './generated/schemas.ts'
import { Line } from './line.ts'
import type { AnyFrame, CommandInput, CommandReply } from './line.ts'
import { FrameListeners } from './frame-listeners.ts'
import { lineError } from './lost.ts'
import type { WebSocketConstructor } from './web-socket.ts'

/** Where to continue after an absence: what the last connection left off with. */
export type Resume = Pick<HelloCommand, 'cursors' | 'epoch'>

interface OpenOptions {
  WebSocket: WebSocketConstructor
  url: string
  token: string
  timeoutMs: number
  resume: Resume
}

/** Opens a socket, says hello and waits until the server is ready. */
export async function openSocket({ token, resume, ...options }: OpenOptions): Promise<Socket> {
  const line = new Line(options)
  const reason = `the server was not ready in ${options.timeoutMs} ms`
  const timer = setTimeout(() => line.close({ code: 1006, reason }), options.timeoutMs)
  try {
    const ready = readied(line)
    await line.opened
    await line.send('hello', { token, ...resume })
    return await ready
  } catch (error) {
    line.close()
    throw error
  } finally {
    clearTimeout(timer)
  }
}

/** The connection, made within the very call that brings `ready`: no later frame is missed. */
function readied(line: Line): Promise<Socket> {
  const socket = new Promise<Socket>((resolve, reject) => {
    const off = line.frames.add((frame) => {
      if (frame.type !== 'ready') return
      off()
      resolve(new Socket(line, frame))
    })
    void line.closed.then((closed) => reject(lineError(closed)))
  })
  socket.catch(() => {}) // the steps before it may fail first
  return socket
}

/**
 * A socket that is ready: commands go out, events come in.
 *
 * @example
 * const connection = await client.openSocket()
 * const off = connection.on('message.created', ({ room, data }) => show(room, data))
 * await connection.send('message.send', { room, clientId: crypto.randomUUID(), text: 'hello' })
 */
export class Socket {
  /** Resolves when the connection has ended, whoever ended it. */
  readonly closed: Promise<Closed>
  readonly #line: Line
  readonly #all = new FrameListeners()
  #ready: ReadyFrame
  #held: AnyFrame[] | undefined = []

  constructor(line: Line, ready: ReadyFrame) {
    this.#line = line
    this.#ready = ready
    this.closed = line.closed
    line.frames.add((frame) => this.#take(frame))
    // Whoever awaits the connection attaches her listeners before the first event reaches them.
    setTimeout(() => this.#release(), 0)
    this.#watchSilence()
  }

  /** The newest `ready`: who you are, your rooms, the epoch, the server's limits. */
  get ready(): ReadyFrame {
    return this.#ready
  }

  /**
   * Sends a command and resolves with its reply. Rejects with a ParleyError: the server's code
   * where it refused, `timeout` or `connection_lost` where the outcome is unknown (for messages,
   * send again with the same clientId).
   */
  send<T extends keyof Commands>(type: T, input: CommandInput<T>): Promise<CommandReply<T>> {
    return this.#line.send(type, input)
  }

  /** Calls the listener with every frame of this type, from the first after `ready` where it is
   *  attached without awaiting anything else before. Returns the function that ends it. */
  on<T extends keyof Frames>(type: T, listener: (frame: Frames[T]) => void): () => void {
    return this.#all.onType(type, listener)
  }

  /** Calls the listener with every frame but replies. Returns the function that ends it. */
  onFrame(listener: (frame: AnyFrame) => void): () => void {
    return this.#all.add(listener)
  }

  close(): void {
    this.#line.close()
  }

  #take(frame: AnyFrame): void {
    if (frame.type === 'ready') this.#ready = frame
    if (this.#held) this.#held.push(frame)
    else this.#all.call(frame)
  }

  #release(): void {
    const held = this.#held ?? []
    this.#held = undefined
    for (const frame of held) this.#all.call(frame)
  }

  /** S5: the server is heard at least every heartbeatMs; twice as long without means it is gone. */
  #watchSilence(): void {
    const limit = this.#ready.heartbeatMs * 2
    const timer = setInterval(() => {
      if (Date.now() - this.#line.heardAt <= limit) return
      this.#line.close({ code: 1006, reason: `nothing was heard for ${limit} ms` })
    }, limit / 4)
    void this.closed.then(() => clearInterval(timer))
  }
}
