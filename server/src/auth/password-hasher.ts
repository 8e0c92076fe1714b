import { availableParallelism } from 'node:os'
import bcrypt from 'bcrypt'
import { AppError } from '../contract/error-codes.ts'
import { maxPasswordBytes } from './password-policy.ts'
import { PasswordThread } from './password-thread.ts'
import type { PasswordWork } from './password-thread.ts'

/** With others at work on the same core, hashing takes a tenth of their time. */
const standsBack = 10
/** Below this cost a hash takes a few milliseconds: it delays nobody, and would only wait. */
const cheap = 8

interface PasswordHasherDeps {
  cost: number
  /** Hashes at once; one core stays free for messages. */
  concurrency?: number
  /** Hashes that may wait; the next one is refused. */
  queueLimit?: number
}

/** bcrypt on threads that stand back, with a bounded queue: a flood of log-ins delays no messages. */
export class PasswordHasher {
  readonly #cost: number
  readonly #threadCount: number
  readonly #idle: PasswordThread[]
  readonly #queueLimit: number
  /** Hashes refused since the start. */
  refused = 0
  readonly #waiting: ((thread: PasswordThread) => void)[] = []
  #lastDuration = 100
  /** What unknown people's passwords are compared with: as much work as a real one, never equal. */
  readonly #nobody: string

  constructor({ cost, concurrency, queueLimit = 64 }: PasswordHasherDeps) {
    this.#cost = cost
    this.#threadCount = concurrency ?? Math.max(1, availableParallelism() - 1)
    const niceness = cost < cheap ? 0 : standsBack
    this.#idle = Array.from({ length: this.#threadCount }, () => new PasswordThread(niceness))
    this.#queueLimit = queueLimit
    this.#nobody = bcrypt.genSaltSync(cost) + '.'.repeat(31)
  }

  /** Hashes that wait for their turn. */
  get waiting(): number {
    return this.#waiting.length
  }

  /** AppError `overloaded` where too many wait already. */
  async hash(password: string): Promise<string> {
    return String(await this.#run({ password, cost: this.#cost }))
  }

  /** Takes the same time for nobody (null) as for somebody. AppError `overloaded`. */
  async verify(password: string, hash: string | null): Promise<boolean> {
    const equal = await this.#run({ password, hash: hash ?? this.#nobody })
    // bcrypt reads no further than that: a longer password would equal its own beginning.
    const readWhole = Buffer.byteLength(password) <= maxPasswordBytes
    return equal === true && readWhole && hash !== null
  }

  /** The cost has risen since this hash was made. */
  needsRehash(hash: string): boolean {
    return bcrypt.getRounds(hash) < this.#cost
  }

  async #run(work: PasswordWork): Promise<unknown> {
    const thread = this.#idle.pop() ?? (await this.#turn())
    const began = performance.now()
    try {
      return await thread.run(work)
    } finally {
      this.#lastDuration = performance.now() - began
      // It passes to whoever waits longest.
      const next = this.#waiting.shift()
      if (next) next(thread)
      else this.#idle.push(thread)
    }
  }

  async #turn(): Promise<PasswordThread> {
    this.requireRoom()
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  /** Asked before any work is done for what will need a hash (P7). AppError `overloaded`. */
  requireRoom(): void {
    if (this.#waiting.length < this.#queueLimit) return
    this.refused++
    const wait = (this.#waiting.length * this.#lastDuration) / this.#threadCount
    const retryAfterMs = Math.ceil(Math.min(Math.max(wait, 1000), 30_000))
    throw new AppError('overloaded', { retryAfterMs })
  }
}
