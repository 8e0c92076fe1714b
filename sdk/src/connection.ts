import type { BackOff } from './back-off.ts'
import { ParleyError } from './error.ts'
import { closeCodes } from './generated/frames.ts'
import type { Commands } from './generated/frames.ts'
import type { ReadyFrame } from './generated/schemas.ts'
import type { AnyFrame, CommandInput, CommandReply } from './frame.ts'
import { lostAfter, lostBefore } from './lost.ts'
import type { ClosedReason, Lost } from './lost.ts'
import { isOffline, onNetworkChange } from './network.ts'
import { Observable } from './observable.ts'
import type { Socket } from './socket.ts'

/** What the connection is doing. */
export type ConnectionState =
  | { name: 'connecting' }
  /** What happens is heard as it happens. */
  | { name: 'live' }
  /** The line was lost; `retryAt` is when it is tried again, by `Date.now()`. */
  | { name: 'reconnecting'; retryAt: number; error: ParleyError }
  /** The platform says that there is no network; it is tried again when it comes back. */
  | { name: 'offline' }
  | { name: 'closed'; reason: ClosedReason; error?: ParleyError }

interface ConnectionDeps {
  open: () => Promise<Socket>
  /** Gets an access token that has not run out. */
  renewToken: () => Promise<unknown>
  /** Asks the server for anything: an answer shows that the line still works. */
  probe: () => Promise<unknown>
  backOff: BackOff
  /** Each `ready`: the first on a socket, and what replaces it. */
  onReady: (ready: ReadyFrame) => void
  onFrame: (frame: AnyFrame) => void
  onLive: () => void
  onClosed: (error: ParleyError) => void
}

/** A line that was live for so long was no failure: the next wait is a short one again. */
const steadyMs = 10_000

/** Stays connected: opens a socket, opens the next one when it is lost (S7), until it is closed or
 *  the server says not to come back. */
export class Connection extends Observable {
  readonly #deps: ConnectionDeps
  #state: ConnectionState = { name: 'closed', reason: 'idle' }
  #socket: Socket | undefined
  /** The try that is under way; another one takes over by replacing it. */
  #run: object | undefined
  #wake: (() => void) | undefined
  #liveSince: number | undefined
  #offNetwork: (() => void) | undefined
  readonly #waiting = new Set<{ resolve: () => void; reject: (error: ParleyError) => void }>()

  constructor(deps: ConnectionDeps) {
    super()
    this.#deps = deps
  }

  get state(): ConnectionState {
    return this.#state
  }

  get isLive(): boolean {
    return this.#state.name === 'live'
  }

  /** Connects and stays connected; resolves once it is live. Rejects with a ParleyError where the
   *  server does not want this client, never for a server that is away: that is tried again. */
  connect(): Promise<void> {
    if (this.isLive) return Promise.resolve()
    const live = new Promise<void>((resolve, reject) => this.#waiting.add({ resolve, reject }))
    if (!this.#run) {
      const run = {}
      this.#run = run
      this.#offNetwork = onNetworkChange(() => this.#networkChanged())
      this.#set({ name: 'connecting' })
      void this.#keepTrying(run)
    }
    return live
  }

  /** Ends the connection from this side; `connect()` begins anew. */
  close(): void {
    if (!this.#run) return
    const error = new ParleyError('connection_lost', 'unable to go on; the connection was closed')
    this.#end('left', error)
  }

  /** Sends a command and resolves with its reply. ParleyError `connection_lost` while there is no
   *  line; otherwise as `Socket.send`. */
  send<T extends keyof Commands>(type: T, input: CommandInput<T>): Promise<CommandReply<T>> {
    if (this.#socket) return this.#socket.send(type, input)
    return Promise.reject(
      new ParleyError('connection_lost', `unable to do ${type}; there is no connection`),
    )
  }

  async #keepTrying(run: object): Promise<void> {
    while (this.#run === run) {
      const lost = await this.#tryOnce(run)
      if (this.#run !== run) return
      if (lost.final) return this.#end(lost.final, lost.error)
      await this.#pause(lost)
      if (this.#run !== run) return
      this.#set({ name: 'reconnecting', retryAt: Date.now(), error: lost.error })
    }
  }

  /** One socket from its opening to its end; answers why it ended and when to come back. */
  async #tryOnce(run: object): Promise<Lost> {
    let socket: Socket
    try {
      socket = await this.#deps.open()
    } catch (error) {
      return lostBefore(error)
    }
    if (this.#run !== run) socket.close()
    else this.#socket = socket
    let hint: number | undefined
    socket.onFrame((frame) => {
      if (this.#socket !== socket) return
      if (frame.type === 'reconnect') hint = Date.now() + frame.afterMs
      this.#take(frame)
    })
    if (this.#socket === socket) this.#deps.onReady(socket.ready)
    const closed = await socket.closed
    if (this.#socket === socket) this.#socket = undefined
    if (this.#liveSince !== undefined && Date.now() - this.#liveSince > steadyMs) {
      this.#deps.backOff.reset()
    }
    this.#liveSince = undefined
    if (closed.code !== closeCodes.tokenExpired) return lostAfter(closed, hint)
    // The next try finds a fresh token, or the refusal that says why there is none.
    return this.#deps.renewToken().then(() => lostAfter(closed, Date.now()), lostBefore)
  }

  #take(frame: AnyFrame): void {
    if (frame.type === 'ready') return this.#deps.onReady(frame)
    if (frame.type !== 'live') return this.#deps.onFrame(frame)
    this.#liveSince = Date.now()
    this.#set({ name: 'live' })
    this.#deps.onLive()
    for (const { resolve } of this.#waiting) resolve()
    this.#waiting.clear()
  }

  /** Until it is time to try again: at once where the network comes back. */
  async #pause({ error, afterMs, exactlyMs }: Lost): Promise<void> {
    const waitMs = Math.max(0, exactlyMs ?? this.#deps.backOff.next(afterMs))
    if (isOffline()) this.#set({ name: 'offline' })
    else this.#set({ name: 'reconnecting', retryAt: Date.now() + waitMs, error })
    await new Promise<void>((resolve) => {
      const timer = isOffline() ? undefined : setTimeout(resolve, waitMs)
      this.#wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
    this.#wake = undefined
  }

  #networkChanged(): void {
    // A line that still works is left alone: one that does not answer is given up (Line.send).
    if (this.#socket) void this.#deps.probe().catch(() => {})
    else if (!isOffline()) this.#wake?.()
  }

  #end(reason: ClosedReason, error: ParleyError): void {
    this.#run = undefined
    this.#offNetwork?.()
    const socket = this.#socket
    this.#socket = undefined
    socket?.close()
    this.#wake?.()
    this.#set({ name: 'closed', reason, error })
    this.#deps.onClosed(error)
    for (const { reject } of this.#waiting) reject(error)
    this.#waiting.clear()
  }

  #set(state: ConnectionState): void {
    this.#state = state
    this.note()
  }
}
