import type { Bus } from '../infra/bus.ts'
import type { LogSource } from './log-source.ts'
import { Slices } from './slices.ts'

interface PositionCheckDeps {
  bus: Pick<Bus, 'isUp' | 'onReturn'>
  source: Pick<LogSource, 'lastSeqs'>
  /** The topics that are open here. */
  names: () => string[]
  /** Told of each topic's last seq in the log. */
  recover: (name: string, lastSeq: number) => Promise<void>
  onError: (error: unknown) => void
}

/** Each topic is compared once in so many seconds. */
const everySeconds = 30
const batchSize = 1000

/** Compares where topics stand with the log, in slices: what the bus lost is found even where
 *  nothing follows it (H2). */
export class PositionCheck {
  readonly #deps: PositionCheckDeps
  readonly #slices = new Slices({
    count: everySeconds,
    isBusy: () => this.#isChecking,
    look: (isDue) => void this.#checkSlice(isDue).catch(this.#deps.onError),
  })
  #isChecking = false
  #closed = false

  constructor(deps: PositionCheckDeps) {
    this.#deps = deps
  }

  start(): void {
    this.#slices.start()
    this.#deps.bus.onReturn(() => this.checkAll())
  }

  close(): void {
    this.#closed = true
    this.#slices.close()
  }

  /** Compares every position now: news may have been lost. */
  checkAll(): void {
    this.#check(this.#deps.names()).catch(this.#deps.onError)
  }

  /** What is due; everything while the bus is away. */
  async #checkSlice(isDue: (name: string) => boolean): Promise<void> {
    this.#isChecking = true
    try {
      const { bus, names } = this.#deps
      await this.#check(bus.isUp ? names().filter(isDue) : names())
    } finally {
      this.#isChecking = false
    }
  }

  async #check(names: readonly string[]): Promise<void> {
    const { source, recover } = this.#deps
    for (let at = 0; at < names.length && !this.#closed; at += batchSize) {
      const current = [...(await source.lastSeqs(names.slice(at, at + batchSize)))]
      await Promise.all(current.map(([name, lastSeq]) => recover(name, lastSeq)))
    }
  }
}
