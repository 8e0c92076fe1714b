import { AppError } from '../contract/error-codes.ts'
import type { Database, Transaction } from '../infra/db.ts'
import type { Announcer } from '../realtime/announcement.ts'
import { messageCreated } from './frames.ts'
import { listMessagesBySeq } from './message-queries.ts'
import { topicOf } from './log-reader.ts'
import { lockRooms } from './room-queries.ts'
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
  db: Database
  announcer: Announcer
}

const maxBatch = 500
const maxWaiting = 10_000
const maxAgeMs = 5000

/** The one way a message gets into the log, for both doors and the importer (G1 to G4): what
 *  arrives while a batch is on its way to the database becomes the next batch. */
export class MessageStore {
  readonly #deps: StoreDeps
  #waiting: Pending[] = []
  #flushing: Promise<void> | undefined

  constructor(deps: StoreDeps) {
    this.#deps = deps
  }

  /** Resolves once the message is committed (P1), or with its original where the clientId is a
   *  repeat (P3). Nothing is awaited between the call and the queue: a sender's order holds (G4).
   *  AppError `overloaded` where the queue is full: certainly not stored (P7). */
  append(message: NewMessage): Promise<SentMessage> {
    if (this.#waiting.length >= maxWaiting) {
      return Promise.reject(new AppError('overloaded', { retryAfterMs: 1000 }))
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ message, resolve, reject, queuedAt: performance.now() })
      this.#flushing ??= this.#flushAll()
    })
  }

  /** Resolves when nothing is waiting any more. */
  async drain(): Promise<void> {
    await this.#flushing
  }

  async #flushAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, maxBatch)
      await this.#flush(this.#refuseStale(batch))
    }
    this.#flushing = undefined
  }

  /** Who waited too long is told so, before anything of hers is written (G3). */
  #refuseStale(batch: Pending[]): Pending[] {
    const oldest = performance.now() - maxAgeMs
    return batch.filter((pending) => {
      if (pending.queuedAt >= oldest) return true
      pending.reject(new AppError('overloaded', { retryAfterMs: 1000 }))
      return false
    })
  }

  /** One bad input never fails its neighbours: a refused batch is run again in halves (G2). */
  async #flush(batch: Pending[]): Promise<void> {
    if (batch.length === 0) return
    try {
      await this.#store(batch)
    } catch (error) {
      const lost = error instanceof AppError && error.code !== 'overloaded'
      if (lost || batch.length === 1) return batch.forEach(({ reject }) => reject(error))
      const half = Math.ceil(batch.length / 2)
      await this.#flush(batch.slice(0, half))
      await this.#flush(batch.slice(half))
    }
  }

  async #store(batch: readonly Pending[]): Promise<void> {
    const { db } = this.#deps
    const messages = batch.map(({ message }) => message)
    const rooms = [...new Set(messages.map(({ roomId }) => roomId))]
    const outcomes = await db.transaction(async (tx: Transaction) => {
      await lockRooms(tx, rooms)
      const outcomes = await storeMessages(tx, messages)
      tx.afterCommit(() => this.#announce(messages, outcomes))
      return outcomes
    })
    const originals = await this.#originals(messages, outcomes)
    batch.forEach(({ message, resolve, reject }, at) => {
      const outcome = outcomes[at]
      if (!outcome) return reject(new Error('the batch answered fewer inputs than it had'))
      const { verdict, seq } = outcome
      if (verdict === 'stored') return resolve({ ...messageOf(message, outcome), repeated: false })
      if (verdict !== 'repeated') return reject(new AppError(verdict))
      const original = originals.get(`${message.roomId}:${seq}`)
      if (original) resolve({ ...original, repeated: true })
      else reject(new AppError('message_not_found'))
    })
  }

  #announce(messages: readonly NewMessage[], outcomes: readonly Outcome[]): void {
    const entries = messages.flatMap((message, at) => {
      const outcome = outcomes[at]
      if (outcome?.verdict !== 'stored') return []
      const data = messageOf(message, outcome)
      const { roomId: room, seq, createdAt } = data
      const frame = { type: messageCreated.type, room, seq, at: createdAt, data }
      return [{ topic: topicOf(room), seq, frame }]
    })
    this.#deps.announcer.publish(entries)
  }

  /** What repeats are answered with: the messages as they are now, by `<room>:<seq>`. */
  async #originals(
    messages: readonly NewMessage[],
    outcomes: readonly Outcome[],
  ): Promise<Map<string, Message>> {
    const seqs = new Map<string, number[]>()
    messages.forEach(({ roomId }, at) => {
      const { verdict, seq } = outcomes[at] ?? {}
      if (verdict !== 'repeated' || seq === null || seq === undefined) return
      seqs.set(roomId, [...(seqs.get(roomId) ?? []), seq])
    })
    const found = new Map<string, Message>()
    for (const [roomId, of] of seqs) {
      for (const message of await listMessagesBySeq(this.#deps.db, roomId, of)) {
        found.set(`${roomId}:${message.seq}`, message)
      }
    }
    return found
  }
}

function messageOf(message: NewMessage, { seq, author }: Outcome): Message {
  if (seq === null || author === null) throw new Error('a stored message has a seq and an author')
  const { roomId, clientId, text, style, replyTo, at } = message
  return {
    roomId,
    seq,
    version: seq,
    author,
    clientId,
    text,
    style,
    replyTo,
    createdAt: at,
    editedAt: null,
    deletedAt: null,
  }
}
