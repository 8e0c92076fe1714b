import { DeliveryCheck } from './delivery-check.ts'
import type { Dialect } from './dialect.ts'
import { Line } from './line.ts'
import type { Address } from './line.ts'

/** As the SDK: whoever lost a connection that was good for so long begins anew. */
const steadyMs = 10_000

export interface MemberSpec {
  address: Address
  token: string
  rooms: readonly string[]
}

interface MemberDeps {
  spec: MemberSpec
  dialect: Dialect
  /** Comes back after a lost connection, with cursors; otherwise a lost connection is an error. */
  returns: boolean
  onMessage: (bytes: Buffer, start: number, end: number) => void
  onAck: (bytes: Buffer, start: number, end: number) => void
  onLive: () => void
  onLost: () => void
  /** Something that must not happen to a member. */
  onFailure: (reason: string) => void
}

/** One device: its connection, and what it knows and has received over all its connections. */
export class Member {
  readonly spec: MemberSpec
  readonly check = new DeliveryCheck()
  readonly #deps: MemberDeps
  /** By room: the last entry received. */
  readonly #cursors: Record<string, number> = {}
  #line: Line | undefined
  #closing = false
  /** Connections that failed since the last that was steady. */
  #failures = 0
  /** When the connection became live, in milliseconds since 1970; undefined while it is not. */
  liveSince: number | undefined

  constructor(deps: MemberDeps) {
    this.#deps = deps
    this.spec = deps.spec
  }

  get isLive(): boolean {
    return this.liveSince !== undefined
  }

  connect(): void {
    const { dialect, returns, onAck, onFailure } = this.#deps
    if (this.#closing) return
    this.#line = new Line({
      ...this.spec,
      dialect,
      cursors: returns ? this.#cursors : undefined,
      onFrame: (bytes, start, end) => {
        if (dialect.kindOf(bytes, start) === 'message') this.#receive(bytes, start, end)
        else onAck(bytes, start, end)
      },
      onHeads: (heads) => this.#learn(heads),
      onReset: (room) => onFailure(`room ${room} was reset instead of replayed`),
      onLive: () => this.#becameLive(),
      onClose: (reason) => this.#closed(reason),
    })
  }

  /** Nothing while the connection is away: what has no answer is sent again once it is live. */
  send(text: string): void {
    if (this.isLive) this.#line?.send(text)
  }

  close(): void {
    this.#closing = true
    this.#line?.close()
  }

  #receive(bytes: Buffer, start: number, end: number): void {
    const { dialect, returns, onMessage } = this.#deps
    if (returns && dialect.cursorOf) {
      const { room, seq } = dialect.cursorOf(bytes, start)
      this.#cursors[room] = seq
    }
    onMessage(bytes, start, end)
  }

  /** Where rooms stand that nothing was received of yet: what comes after is missed if lost. */
  #learn(heads: Readonly<Record<string, number>>): void {
    for (const [room, seq] of Object.entries(heads)) this.#cursors[room] ??= seq
  }

  #becameLive(): void {
    this.liveSince = performance.timeOrigin + performance.now()
    this.#deps.onLive()
  }

  #closed(reason: string): void {
    const { returns, onLost, onFailure } = this.#deps
    if (this.liveSince !== undefined) {
      onLost()
      if (performance.timeOrigin + performance.now() - this.liveSince > steadyMs) this.#failures = 0
    }
    this.liveSince = undefined
    this.#line = undefined
    if (this.#closing) return
    if (!returns) return onFailure(`a connection was lost; ${reason}`)
    setTimeout(() => this.connect(), backoffMs(this.#failures++))
  }
}

/** As the SDK: full jitter up to 500 ms, half as much again with each failure, at most 10 s. */
function backoffMs(failures: number): number {
  return Math.random() * Math.min(10_000, 500 * 1.5 ** failures)
}
