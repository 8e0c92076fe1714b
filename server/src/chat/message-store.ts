import { setImmediate as nextTick, setTimeout as sleep } from 'node:timers/promises'
import { AppError } from '../contract/error-codes.ts'
import type { DbHandle } from '../infra/db.ts'
import { isLockTimeout, isRowFault } from '../infra/db-errors.ts'
import type { PipelinedConnection } from '../infra/db-pipeline.ts'
import { createHistogram } from '../infra/metrics.ts'
import type { Announcer } from '../realtime/announcement.ts'
import type { UserSummary } from '../user/schema.ts'
import { roomLock } from './room-queries.ts'
import type { SentMessage } from './schema.ts'
import { SendAnswers } from './send-answers.ts'
import type { Answered } from './send-answers.ts'
import { halvesOf, nextBatch } from './send-batch.ts'
import type { Pending } from './send-batch.ts'
import { listAuthors, storeMessages } from './send-queries.ts'
import type { NewMessage, Outcome } from './send-queries.ts'
import { StuckRooms } from './stuck-rooms.ts'

interface StoreDeps {
  db: DbHandle
  /** Its own connection, which nothing else waits for. */
  pipeline: Pick<PipelinedConnection, 'transaction'>
  announcer: Announcer
  onError: (error: unknown) => void
  limits?: StoreLimits
}

interface StoreLimits {
  /** Messages of one transaction. */
  batch: number
  /** Messages that wait for their transaction, and how long they may (G3). */
  waiting: number
  ageMs: number
}

const usualLimits: StoreLimits = { batch: 400, waiting: 10_000, ageMs: 5000 }

/** Between a lost answer and the next try. */
const retryPauseMs = 100

/** The one way a message gets into the log, for both doors and the importer (G1 to G4): what
 *  arrives while a batch is on its way to the database becomes the next batch. */
export class MessageStore {
  readonly #deps: StoreDeps
  readonly #limits: StoreLimits
  readonly #answers: SendAnswers
  readonly #stuck: StuckRooms
  readonly batchSizes = createHistogram({
    name: 'parley_message_batch_size',
    help: 'Messages of one transaction.',
    buckets: [1, 2, 5, 10, 20, 50, 100, 200, 500],
  })
  readonly flushTimes = createHistogram({
    name: 'parley_message_flush_duration_seconds',
    help: 'From the sending of a transaction of messages to its COMMIT, or its failure.',
    buckets: [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 5],
  })
  #waiting: Pending[] = []
  #flushing: Promise<void> | undefined

  constructor(deps: StoreDeps) {
    this.#deps = deps
    this.#limits = deps.limits ?? usualLimits
    this.#answers = new SendAnswers(deps)
    this.#stuck = new StuckRooms({
      db: deps.db,
      refusedAsStale: (pending) => this.#refusedAsStale(pending),
      resume: (pending) => {
        this.#waiting.unshift(...pending)
        if (pending.length > 0) this.#flushing ??= this.#flushAll()
      },
    })
  }

  /** Resolves once the message is committed (P1), or with its original where the clientId is a
   *  repeat (P3). Nothing is awaited between the call and the queue: a sender's order holds (G4).
   *  AppError `overloaded` where the queue is full or stands still: certainly not stored (P7). */
  append(message: NewMessage): Promise<SentMessage> {
    const [oldest] = this.#waiting
    if (this.waiting >= this.#limits.waiting || (oldest && this.#isStale(oldest))) {
      return Promise.reject(overloaded())
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ message, resolve, reject, queuedAt: performance.now() })
      this.#flushing ??= this.#flushAll()
    })
  }

  /** Messages that wait for their transaction. */
  get waiting(): number {
    return this.#waiting.length + this.#stuck.waiting
  }

  /** For how long the oldest of them has waited, in milliseconds. */
  get waitedMs(): number {
    const since = Math.min(this.#waiting[0]?.queuedAt ?? Infinity, this.#stuck.since)
    return since === Infinity ? 0 : performance.now() - since
  }

  /** Resolves when nothing is waiting any more. */
  async drain(): Promise<void> {
    await this.#flushing // it may find a room stuck, which takes it up again
    await this.#stuck.drain()
    await this.#flushing
    await this.#answers.drain()
  }

  /** The database works on the next batch while the last one is announced and answered. */
  async #flushAll(): Promise<void> {
    await nextTick() // what other sockets bring in this one goes along
    let answer = (): void => undefined
    while (this.#waiting.length > 0) {
      const flushed = this.#flush(this.#take())
      answer()
      answer = await flushed
    }
    this.#flushing = undefined
    answer()
  }

  #take(): Pending[] {
    const { batch, rest } = nextBatch(this.#waiting, this.#limits.batch)
    this.#waiting = rest
    return batch.filter((pending) => !this.#refusedAsStale(pending) && !this.#stuck.hold(pending))
  }

  /** Who waited too long is told so, before anything of hers is written (G3). */
  #refusedAsStale(pending: Pending): boolean {
    const stale = this.#isStale(pending)
    if (stale) pending.reject(overloaded())
    return stale
  }

  #isStale({ queuedAt }: Pending): boolean {
    return performance.now() - queuedAt > this.#limits.ageMs
  }

  /** Writes a batch at once; what resolves announces and answers it. One bad input never fails
   *  its neighbours: a refused batch is run again in parts (G2). Never rejects. */
  async #flush(batch: readonly Pending[]): Promise<() => void> {
    if (batch.length === 0) return () => undefined
    try {
      const answered = await this.#measured(batch)
      return () => this.#answers.give(batch, answered)
    } catch (error) {
      const parts = await this.#partsOf(batch, error).catch(() => [])
      if (parts.length === 0) return () => batch.forEach(({ reject }) => reject(error))
      for (const part of parts) (await this.#flush(part))()
      return () => undefined
    }
  }

  /** How a refused batch is run again: in halves, until the offender is alone; without the rooms
   *  that are stuck. Nothing, where that would not help. */
  async #partsOf(batch: readonly Pending[], error: unknown): Promise<Pending[][]> {
    if (isRowFault(error) && batch.length > 1) return halvesOf(batch)
    if (!isLockTimeout(error)) return []
    const waitable = batch.filter((pending) => !this.#refusedAsStale(pending))
    return [await this.#stuck.sift(waitable)]
  }

  async #measured(batch: readonly Pending[]): Promise<Answered> {
    this.batchSizes.observe(batch.length)
    const stop = this.flushTimes.startTimer()
    try {
      return await this.#store(batch)
    } finally {
      stop()
    }
  }

  /** Runs the batch as one transaction; again where its answer was lost, since a repeat of what
   *  was stored is told by its clientId, until it has waited too long (G3). */
  async #store(batch: readonly Pending[]): Promise<Answered> {
    const messages = batch.map(({ message }) => message)
    const rooms = [...new Set(messages.map(({ roomId }) => roomId))]
    for (;;) {
      try {
        const [, outcomes, authors] = await this.#deps.pipeline.transaction([
          roomLock(rooms),
          storeMessages(messages),
          listAuthors(messages),
        ])
        // The rows of storeMessages and listAuthors.
        return { outcomes: outcomes as Outcome[], authors: authors as UserSummary[] }
      } catch (error) {
        const lost = error instanceof AppError && error.code === 'outcome_unknown'
        if (!lost || batch.some((pending) => this.#isStale(pending))) throw error
        await sleep(retryPauseMs)
      }
    }
  }
}

function overloaded(): AppError {
  return new AppError('overloaded', { retryAfterMs: 1000 })
}
