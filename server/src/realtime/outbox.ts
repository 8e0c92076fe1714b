import type { Writable } from 'node:stream'
import type { SocketCounts } from './socket-counts.ts'
import type { Packet } from './wire.ts'

/** Bytes joined into one write. */
export const writeLimit = 64 * 1024
/** Waiting bytes past which ephemeral frames are dropped, and past which the reader is too slow. */
const ephemeralLimit = 256 * 1024
const slowLimit = 1024 * 1024
/** A burst that came in one tick says nothing of the reader: past slowLimit it has this long to
 *  take the write in flight, and never more than burstLimit waits. */
const patienceMs = 1000
const burstLimit = 8 * 1024 * 1024
/** However little waits, a write that does not move for so long ends the connection. */
const stallLimitMs = 60_000

interface OutboxDeps {
  socket: Pick<Writable, 'write'>
  counts: Pick<SocketCounts, 'framesSent'>
  /** Called once: the reader is too slow (S6). */
  onSlow: () => void
}

/** What waits for one socket: at most one write in flight, the next from its callback (S6, H6). */
export class Outbox {
  readonly #deps: OutboxDeps
  #queue: Packet[] = []
  #queuedBytes = 0
  #queuedEphemeral = 0
  #inFlightBytes = 0
  #flushQueued = false
  #closed = false
  #emptied: (() => void)[] = []
  /** When a write began that has not been called back, by performance.now(); 0 without one. */
  #writingSince = 0

  constructor(deps: OutboxDeps) {
    this.#deps = deps
  }

  /** What waits behind the write in flight. */
  get queue(): readonly Packet[] {
    return this.#queue
  }

  get inFlightBytes(): number {
    return this.#inFlightBytes
  }

  get waitingBytes(): number {
    return this.#queuedBytes + this.#inFlightBytes
  }

  /** Whether the reader is too slow to be kept, by performance.now() (S6). */
  isSlow(now: number): boolean {
    const stalledMs = this.#writingSince === 0 ? 0 : now - this.#writingSince
    if (this.waitingBytes > slowLimit && stalledMs > patienceMs) return true
    return this.waitingBytes > burstLimit || stalledMs > stallLimitMs
  }

  /** Queues whole frames; everything queued in one tick leaves in one write. */
  push(packet: Packet): void {
    if (this.#closed) return
    if (packet.isEphemeral && this.waitingBytes > ephemeralLimit) return
    this.#queue.push(packet)
    this.#queuedBytes += packet.bytes.length
    if (packet.isEphemeral) this.#queuedEphemeral++
    if (this.waitingBytes > ephemeralLimit) this.#shed()
    if (!this.#flushQueued && this.#inFlightBytes === 0) {
      this.#flushQueued = true
      setImmediate(this.#flush)
    }
  }

  /** Resolves when nothing waits: replay is pulled by this (S2). */
  whenEmpty(): Promise<void> {
    if (this.waitingBytes === 0 || this.#closed) return Promise.resolve()
    return new Promise((resolve) => this.#emptied.push(resolve))
  }

  close(): void {
    this.#closed = true
    this.#queue = []
    this.#queuedBytes = 0
    this.#announceEmpty()
  }

  /** Writes what waits now: before a close frame, which does not pass through here. */
  flushNow(): void {
    this.#flush()
  }

  #shed(): void {
    if (this.#queuedEphemeral > 0) {
      this.#queue = this.#queue.filter(({ isEphemeral }) => !isEphemeral)
      this.#queuedBytes = this.#queue.reduce((sum, { bytes }) => sum + bytes.length, 0)
      this.#queuedEphemeral = 0
    }
    if (!this.isSlow(performance.now())) return
    this.close()
    this.#deps.onSlow()
  }

  // A field, so that setImmediate gets the same function each time without a closure.
  readonly #flush = (): void => {
    this.#flushQueued = false
    if (this.#inFlightBytes > 0 || this.#queue.length === 0 || this.#closed) return
    const bytes = joined(this.#take())
    this.#inFlightBytes = bytes.length
    this.#writingSince = performance.now()
    this.#deps.socket.write(bytes, this.#written)
  }

  /** The packets of one write; a packet is never divided. */
  #take(): Packet[] {
    let bytes = 0
    let count = 0
    for (const packet of this.#queue) {
      if (count > 0 && bytes + packet.bytes.length > writeLimit) break
      bytes += packet.bytes.length
      count++
      this.#deps.counts.framesSent += packet.frames
      if (packet.isEphemeral) this.#queuedEphemeral--
    }
    this.#queuedBytes -= bytes
    const taken = this.#queue
    this.#queue = taken.splice(count)
    return taken
  }

  readonly #written = (): void => {
    this.#inFlightBytes = 0
    this.#writingSince = 0
    if (this.#queue.length > 0) this.#flush()
    else this.#announceEmpty()
  }

  #announceEmpty(): void {
    const waiting = this.#emptied
    this.#emptied = []
    for (const resolve of waiting) resolve()
  }
}

function joined(packets: readonly Packet[]): Buffer {
  const [first] = packets
  if (first && packets.length === 1) return first.bytes
  return Buffer.concat(packets.map(({ bytes }) => bytes))
}
