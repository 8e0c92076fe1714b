import { setTimeout as sleep } from 'node:timers/promises'
import { AppError } from '../contract/error-codes.ts'
import type { DbHandle } from '../infra/db.ts'
import { isLockTimeout, isRowFault } from '../infra/db-errors.ts'
import type { PipelinedConnection } from '../infra/db-pipeline.ts'
import { createHistogram } from '../infra/metrics.ts'
import type { Announcer, LogEntry } from '../realtime/announcement.ts'
import { messageCreated } from './frames.ts'
import { topicOf } from './log-reader.ts'
import { listMessages } from './message-queries.ts'
import { roomLock } from './room-queries.ts'
import type { Message, SentMessage } from './schema.ts'
import { storeMessages } from './send-queries.ts'
import type { NewMessage, Outcome } from './send-queries.ts'

interface Pending {
  message: NewMessage
  resolve: (sent: SentMessage) => void
  reject: (reason: unknown) => void
  queuedAt: number
}

interface StoreDeps {
  db: DbHandle
  /** Its own connection, which nothing else waits for. */
  pipeline: Pick<PipelinedConnection, 'transaction'>
  announcer: Announcer
  limits?: StoreLimits
}

interface StoreLimits {
  /** Messages of one transaction. */
  batch: number
  /** Messages that wait for their transaction, and how long they may (G3). */
  waiting: number
  ageMs: number
}

/** Small enough that the database works on one batch while the answers to the last one go out. */
const usualLimits: StoreLimits = { batch: 100, waiting: 10_000, ageMs: 5000 }

/** Between a lost answer and the next try. */
const retryPauseMs = 100

/** The one way a message gets into the log, for both doors and the importer (G1 to G4): what
 *  arrives while a batch is on its way to the database becomes the next batch. */
export class MessageStore {
  readonly #deps: StoreDeps
  readonly #limits: StoreLimits
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
  }

  /** Resolves once the message is committed (P1), or with its original where the clientId is a
   *  repeat (P3). Nothing is awaited between the call and the queue: a sender's order holds (G4).
   *  AppError `overloaded` where the queue is full or stands still: certainly not stored (P7). */
  append(message: NewMessage): Promise<SentMessage> {
    const [oldest] = this.#waiting
    if (this.#waiting.length >= this.#limits.waiting || (oldest && this.#isStale(oldest))) {
      return Promise.reject(overloaded())
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ message, resolve, reject, queuedAt: performance.now() })
      this.#flushing ??= this.#flushAll()
    })
  }

  /** Messages that wait for their transaction. */
  get waiting(): number {
    return this.#waiting.length
  }

  /** For how long the oldest of them has waited, in milliseconds. */
  get waitedMs(): number {
    const [oldest] = this.#waiting
    return oldest ? performance.now() - oldest.queuedAt : 0
  }

  /** Resolves when nothing is waiting any more. */
  async drain(): Promise<void> {
    await this.#flushing
  }

  async #flushAll(): Promise<void> {
    try {
      while (this.#waiting.length > 0) {
        const batch = this.#waiting.splice(0, this.#limits.batch)
        await this.#flush(batch.filter((pending) => !this.#refusedAsStale(pending)))
      }
    } finally {
      this.#flushing = undefined
    }
  }

  #isStale({ queuedAt }: Pending): boolean {
    return performance.now() - queuedAt > this.#limits.ageMs
  }

  /** Who waited too long is told so, before anything of hers is written (G3). */
  #refusedAsStale(pending: Pending): boolean {
    const stale = this.#isStale(pending)
    if (stale) pending.reject(overloaded())
    return stale
  }

  /** One bad input never fails its neighbours: a refused batch is run again in halves, until the
   *  offender is alone (G2). */
  async #flush(batch: readonly Pending[]): Promise<void> {
    if (batch.length === 0) return
    let outcomes: Outcome[]
    try {
      outcomes = await this.#measured(batch)
    } catch (error) {
      const parts = isRowFault(error) ? halvesOf(batch) : isLockTimeout(error) ? byRooms(batch) : []
      if (parts.length < 2) return batch.forEach(({ reject }) => reject(error))
      for (const part of parts) await this.#flush(part)
      return
    }
    const stored = batch.map(({ message }, at) => storedMessage(message, outcomes[at]))
    this.#deps.announcer.publish(stored.flatMap((message) => (message ? [entryOf(message)] : [])))
    await this.#answer(batch, outcomes, stored)
  }

  async #measured(batch: readonly Pending[]): Promise<Outcome[]> {
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
  async #store(batch: readonly Pending[]): Promise<Outcome[]> {
    const messages = batch.map(({ message }) => message)
    const rooms = [...new Set(messages.map(({ roomId }) => roomId))]
    for (;;) {
      try {
        const [, outcomes] = await this.#deps.pipeline.transaction([
          roomLock(rooms),
          storeMessages(messages),
        ])
        return outcomes as Outcome[] // the rows of storeMessages
      } catch (error) {
        const lost = error instanceof AppError && error.code === 'outcome_unknown'
        if (!lost || batch.some((pending) => this.#isStale(pending))) throw error
        await sleep(retryPauseMs)
      }
    }
  }

  /** What was stored is committed by now: it is acknowledged before anything else can fail. */
  async #answer(
    batch: readonly Pending[],
    outcomes: readonly Outcome[],
    stored: readonly (Message | undefined)[],
  ): Promise<void> {
    const repeats: { pending: Pending; seq: number }[] = []
    batch.forEach((pending, at) => {
      const outcome = outcomes[at]
      const message = stored[at]
      if (message) pending.resolve({ ...message, repeated: false })
      else if (!outcome || outcome.verdict === 'stored') pending.reject(missingAnswer())
      else if (outcome.verdict === 'repeated') repeats.push({ pending, seq: outcome.seq })
      else pending.reject(new AppError(outcome.verdict))
    })
    if (repeats.length > 0) await this.#answerRepeats(repeats)
  }

  /** Repeats are answered with the message as it is now (P3); where it cannot be read, another
   *  repeat will tell. */
  async #answerRepeats(repeats: readonly { pending: Pending; seq: number }[]): Promise<void> {
    const places = repeats.map(({ pending, seq }) => ({ roomId: pending.message.roomId, seq }))
    let found: Message[] = []
    let cause: unknown
    try {
      found = await listMessages(this.#deps.db, places)
    } catch (error) {
      cause = error
    }
    // Its news may have been lost with the answer: whoever has it drops it (G5).
    this.#deps.announcer.publish(found.map(entryOf))
    const originals = new Map(found.map((message) => [`${message.roomId}:${message.seq}`, message]))
    for (const { pending, seq } of repeats) {
      const original = originals.get(`${pending.message.roomId}:${seq}`)
      if (original) pending.resolve({ ...original, repeated: true })
      else pending.reject(new AppError('outcome_unknown', { cause }))
    }
  }
}

function halvesOf(batch: readonly Pending[]): Pending[][] {
  const half = Math.ceil(batch.length / 2)
  return [batch.slice(0, half), batch.slice(half)].filter(({ length }) => length > 0)
}

/** Halves of whole rooms: all messages of a room wait for the same lock. */
function byRooms(batch: readonly Pending[]): Pending[][] {
  const rooms = [...new Set(batch.map(({ message }) => message.roomId))]
  const first = new Set(rooms.slice(0, Math.ceil(rooms.length / 2)))
  const parts = [true, false].map((isFirst) =>
    batch.filter(({ message }) => first.has(message.roomId) === isFirst),
  )
  return parts.filter(({ length }) => length > 0)
}

function overloaded(): AppError {
  return new AppError('overloaded', { retryAfterMs: 1000 })
}

function entryOf(data: Message): LogEntry {
  const { roomId: room, seq, createdAt: at } = data
  return { topic: topicOf(room), seq, frame: { type: messageCreated.type, room, seq, at, data } }
}

function storedMessage(message: NewMessage, outcome: Outcome | undefined): Message | undefined {
  if (outcome?.verdict !== 'stored') return undefined
  return {
    roomId: message.roomId,
    seq: outcome.seq,
    version: outcome.seq,
    author: outcome.author,
    clientId: message.clientId,
    text: message.text,
    style: message.style,
    replyTo: message.replyTo,
    createdAt: message.at,
    editedAt: null,
    deletedAt: null,
  }
}

function missingAnswer(): Error {
  return new Error('the batch answered fewer inputs than it had')
}
