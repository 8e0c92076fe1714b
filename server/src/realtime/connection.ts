import type { Duplex } from 'node:stream'
import type { WebSocket } from 'ws'
import { closeCodes } from '../contract/close-codes.ts'
import type { CloseReason } from '../contract/close-codes.ts'
import type { Caller } from '../contract/caller.ts'
import { hasScope } from '../contract/scopes.ts'
import type { Clock } from '../infra/clock.ts'
import type { UserNews } from './announcement.ts'
import type { HubConnection } from './hub.ts'
import { Outbox } from './outbox.ts'
import type { SocketCounts } from './socket-counts.ts'
import { textPacket } from './wire.ts'
import type { Packet } from './wire.ts'

/** What a connection is doing: who has not said hello cannot be sent an event. */
type State =
  | { name: 'waiting'; since: number }
  | { name: 'greeting'; caller: Caller; news: { news: UserNews; packet: Packet }[] }
  | { name: 'ready'; caller: Caller; userSeq: number }
  | { name: 'closed' }

interface ConnectionDeps {
  id: string
  clock: Clock
  socket: WebSocket
  stream: Duplex
  counts: SocketCounts
  /** Called once, however the connection ended, with its close code. */
  onClose: (connection: Connection, code: number) => void
  /** Follows and leaves topics as the person's news say. */
  onNews: (connection: Connection, news: UserNews) => void
}

/** One socket, from its upgrade to its end. */
export class Connection implements HubConnection {
  readonly id: string
  readonly outbox: Outbox
  readonly #deps: ConnectionDeps
  #state: State
  /** Pings sent since the client was last heard. */
  #unanswered = 0
  lastHeardAt: number

  constructor(deps: ConnectionDeps) {
    const { id, clock, socket, stream, counts } = deps
    this.#deps = deps
    this.id = id
    this.lastHeardAt = clock.now()
    this.#state = { name: 'waiting', since: clock.now() }
    this.outbox = new Outbox({ socket: stream, counts, onSlow: () => this.close('slow') })
    socket.on('close', (code) => {
      if (this.#state.name !== 'closed') counts.countLeft(code)
      this.#closed(code)
    })
    // A broken frame or a reset line: ws closes by itself, it only must not be unhandled.
    socket.on('error', () => undefined)
    socket.on('pong', () => this.heard())
  }

  get state(): State['name'] {
    return this.#state.name
  }

  /** When a connection that said no hello yet was opened. */
  get waitingSince(): number | undefined {
    return this.#state.name === 'waiting' ? this.#state.since : undefined
  }

  get caller(): Caller | undefined {
    return 'caller' in this.#state ? this.#state.caller : undefined
  }

  get userId(): string {
    return this.caller?.userId ?? ''
  }

  get sessionId(): string {
    return this.caller?.sessionId ?? ''
  }

  /** From hello to ready; false where hello was said before. */
  greet(caller: Caller): boolean {
    if (this.#state.name !== 'waiting') return false
    this.#state = { name: 'greeting', caller, news: [] }
    return true
  }

  /** Sends `ready` and what goes with it, opens the gates in the same tick, then passes on the
   *  news that came while it was read, except those it holds already. */
  becomeReady(frames: readonly object[], userSeq: number, openGates: () => void): void {
    if (this.#state.name !== 'greeting') return
    const { caller, news: early } = this.#state
    this.#state = { name: 'ready', caller, userSeq }
    for (const frame of frames) this.send(frame)
    openGates()
    for (const { news, packet } of early) {
      if (Number(news.frame.userSeq) > userSeq) this.receiveNews(news, packet)
    }
  }

  /** Takes over a renewed token of the same session. */
  renew(caller: Caller): void {
    if ('caller' in this.#state) this.#state = { ...this.#state, caller }
  }

  /** Up to where this connection has its person's news without a gap; undefined before ready. */
  get userSeq(): number | undefined {
    return this.#state.name === 'ready' ? this.#state.userSeq : undefined
  }

  /** Sends a newer `ready`, which replaces the one before (L4). False where the news have passed
   *  it meanwhile. */
  refresh(frame: object, userSeq: number): boolean {
    if (this.#state.name !== 'ready' || this.#state.userSeq > userSeq) return false
    this.#state = { ...this.#state, userSeq }
    this.send(frame)
    return true
  }

  receiveNews(news: UserNews, packet: Packet): void {
    if (this.#state.name === 'greeting') this.#state.news.push({ news, packet })
    // What a newer ready held already may still come, however late (L4).
    if (this.#state.name !== 'ready' || Number(news.frame.userSeq) <= this.#state.userSeq) return
    if (news.frame.userSeq === this.#state.userSeq + 1) this.#state.userSeq++
    const { veil } = news
    if (veil && !hasScope(this.#state.caller.scopes, veil.scope)) this.send(veil.frame)
    else this.outbox.push(packet)
    this.#deps.onNews(this, news)
  }

  deliver(packet: Packet): void {
    if (this.#state.name !== 'ready') return
    if (!packet.isEphemeral) this.#deps.counts.deliveries += packet.frames
    this.outbox.push(packet)
  }

  /** A frame for this socket alone. */
  send(frame: object): void {
    if (this.#state.name !== 'closed') this.outbox.push(textPacket(JSON.stringify(frame)))
  }

  heard(): void {
    this.lastHeardAt = this.#deps.clock.now()
    this.#unanswered = 0
  }

  /** Sends a heartbeat; false where two before it were not answered (S5). */
  beat(ping: Packet): boolean {
    if (this.#unanswered >= 2) return false
    this.#unanswered++
    this.outbox.push(ping)
    return true
  }

  endSession(): void {
    this.close('sessionEnded')
  }

  replace(): void {
    this.close('replaced')
  }

  /** Says why and closes; a client that does not answer within a second is cut. */
  close(reason: CloseReason, detail?: object): void {
    if (this.#state.name === 'closed') return
    this.outbox.flushNow()
    this.outbox.close()
    const { socket, counts } = this.#deps
    const { code } = closeCodes[reason]
    counts.countClosed(code)
    socket.close(code, detail === undefined ? reason : JSON.stringify(detail))
    setTimeout(() => socket.terminate(), 1000).unref()
    this.#closed(code)
  }

  #closed(code: number): void {
    if (this.#state.name === 'closed') return
    this.#deps.onClose(this, code) // while it still knows whose it is
    this.#state = { name: 'closed' }
    this.outbox.close()
  }
}
