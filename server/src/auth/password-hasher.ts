import { availableParallelism } from 'node:os'
import bcrypt from 'bcrypt'
import { AppError } from '../contract/error-codes.ts'
import { maxPasswordBytes } from './password-policy.ts'

/** libuv's pool has four threads: one stays free for files and name look-ups. */
const maxConcurrency = 3

interface PasswordHasherDeps {
  cost: number
  /** Hashes at once; one core stays free for messages. */
  concurrency?: number
  /** Hashes that may wait; the next one is refused. */
  queueLimit?: number
}

/** bcrypt off the event loop, with a bounded queue: a flood of log-ins delays no messages. */
export class PasswordHasher {
  readonly #cost: number
  readonly #concurrency: number
  readonly #queueLimit: number
  /** Hashes refused since the start. */
  refused = 0
  readonly #waiting: (() => void)[] = []
  #running = 0
  #lastDuration = 100
  /** What unknown people's passwords are compared with: as much work as a real one, never equal. */
  readonly #nobody: string

  constructor({ cost, concurrency, queueLimit = 64 }: PasswordHasherDeps) {
    this.#cost = cost
    this.#concurrency =
      concurrency ?? Math.max(1, Math.min(availableParallelism() - 1, maxConcurrency))
    this.#queueLimit = queueLimit
    this.#nobody = bcrypt.genSaltSync(cost) + '.'.repeat(31)
  }

  /** Hashes that wait for their turn. */
  get waiting(): number {
    return this.#waiting.length
  }

  /** AppError `overloaded` where too many wait already. */
  async hash(password: string): Promise<string> {
    return this.#run(() => bcrypt.hash(password, this.#cost))
  }

  /** Takes the same time for nobody (null) as for somebody. AppError `overloaded`. */
  async verify(password: string, hash: string | null): Promise<boolean> {
    const equal = await this.#run(() => bcrypt.compare(password, hash ?? this.#nobody))
    // bcrypt reads no further than that: a longer password would equal its own beginning.
    const readWhole = Buffer.byteLength(password) <= maxPasswordBytes
    return equal && readWhole && hash !== null
  }

  /** The cost has risen since this hash was made. */
  needsRehash(hash: string): boolean {
    return bcrypt.getRounds(hash) < this.#cost
  }

  async #run<T>(work: () => Promise<T>): Promise<T> {
    await this.#slot()
    const began = performance.now()
    try {
      return await work()
    } finally {
      this.#lastDuration = performance.now() - began
      this.#release()
    }
  }

  async #slot(): Promise<void> {
    if (this.#running < this.#concurrency) {
      this.#running++
      return
    }
    if (this.#waiting.length >= this.#queueLimit) {
      this.refused++
      const wait = (this.#waiting.length * this.#lastDuration) / this.#concurrency
      const retryAfterMs = Math.ceil(Math.min(Math.max(wait, 1000), 30_000))
      throw new AppError('overloaded', { retryAfterMs })
    }
    await new Promise<void>((resolve) => this.#waiting.push(resolve))
  }

  /** The slot passes to whoever waits longest, or is free again. */
  #release(): void {
    const next = this.#waiting.shift()
    if (next) next()
    else this.#running--
  }
}
