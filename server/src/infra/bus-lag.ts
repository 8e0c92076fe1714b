import { randomUUID } from 'node:crypto'
import type { Bus } from './bus.ts'

const beatMs = 2000

/** How long news take over the bus: a beat every two seconds on a channel of this node's own. */
export class BusLag {
  readonly #bus: Bus
  readonly #channel = `lag:${randomUUID()}`
  #timer: NodeJS.Timeout | undefined
  #lastMs = 0
  /** When the first beat went out that has not come back, by performance.now(). */
  #awaitedSince: number | undefined

  constructor({ bus }: { bus: Bus }) {
    this.#bus = bus
  }

  async start(): Promise<void> {
    await this.#bus.subscribe(this.#channel, this.#receive)
    this.#beat()
    this.#timer = setInterval(() => this.#beat(), beatMs)
    this.#timer.unref()
  }

  close(): void {
    clearInterval(this.#timer)
  }

  /** Of the last beat that came back, or, where one is out for longer, for how long it is. */
  get seconds(): number {
    const awaitedMs = this.#awaitedSince === undefined ? 0 : performance.now() - this.#awaitedSince
    return Math.max(this.#lastMs, awaitedMs) / 1000
  }

  /** Sends a beat; while the bus is away only the waiting grows. */
  #beat(): void {
    const now = performance.now()
    this.#awaitedSince ??= now
    if (this.#bus.isUp) this.#bus.publish(this.#channel, String(now))
  }

  readonly #receive = (sentAt: string): void => {
    this.#lastMs = performance.now() - Number(sentAt)
    this.#awaitedSince = undefined
  }
}
