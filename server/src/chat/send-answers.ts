import { AppError } from '../contract/error-codes.ts'
import type { DbHandle } from '../infra/db.ts'
import type { Announcer, LogEntry } from '../realtime/announcement.ts'
import type { UserSummary } from '../user/schema.ts'
import { messageCreated } from './frames.ts'
import { topicOf } from './log-reader.ts'
import { listMessages } from './message-queries.ts'
import type { Message } from './schema.ts'
import type { Pending } from './send-batch.ts'
import type { NewMessage, Outcome } from './send-queries.ts'

/** What a transaction of messages answered: an outcome for each, in order, and their authors. */
export interface Answered {
  outcomes: readonly Outcome[]
  authors: readonly UserSummary[]
}

interface AnswersDeps {
  db: DbHandle
  announcer: Announcer
  /** Where news did not go out: whoever misses them finds them in the log (P5). */
  onError: (error: unknown) => void
}

/** Tells the sockets and the senders what became of a committed batch. */
export class SendAnswers {
  readonly #deps: AnswersDeps
  readonly #repeats = new Set<Promise<void>>()

  constructor(deps: AnswersDeps) {
    this.#deps = deps
  }

  /** What was stored is committed by now: it is acknowledged before anything else can fail. */
  give(batch: readonly Pending[], { outcomes, authors }: Answered): void {
    const authorOf = new Map(authors.map((author) => [author.id, author]))
    const stored = batch.map(({ message }, at) => storedMessage(message, outcomes[at], authorOf))
    const repeats: Repeat[] = []
    batch.forEach((pending, at) => {
      const outcome = outcomes[at]
      const message = stored[at]
      if (message) pending.resolve({ ...message, repeated: false })
      else if (!outcome || outcome.verdict === 'stored') pending.reject(missingAnswer())
      else if (outcome.verdict === 'repeated') repeats.push({ pending, seq: outcome.seq })
      else pending.reject(new AppError(outcome.verdict))
    })
    // Before a sender goes on, though: she does so in a later microtask.
    this.#announce(stored.filter((message) => message !== undefined))
    if (repeats.length === 0) return
    const given = this.#giveRepeats(repeats).finally(() => this.#repeats.delete(given))
    this.#repeats.add(given)
  }

  /** Resolves when every repeat is answered too. */
  async drain(): Promise<void> {
    await Promise.all(this.#repeats)
  }

  /** Repeats are answered with the message as it is now (P3); where it cannot be read, another
   *  repeat will tell. Never rejects. */
  async #giveRepeats(repeats: readonly Repeat[]): Promise<void> {
    const places = repeats.map(({ pending, seq }) => ({ roomId: pending.message.roomId, seq }))
    let found: Message[] = []
    let cause: unknown
    try {
      found = await listMessages(this.#deps.db, places)
    } catch (error) {
      cause = error
    }
    // Its news may have been lost with the answer: whoever has it drops it (G5).
    this.#announce(found)
    const originals = new Map(found.map((message) => [`${message.roomId}:${message.seq}`, message]))
    for (const { pending, seq } of repeats) {
      const original = originals.get(`${pending.message.roomId}:${seq}`)
      if (original) pending.resolve({ ...original, repeated: true })
      else pending.reject(new AppError('outcome_unknown', { cause }))
    }
  }

  /** A fault here must not keep the next batch from being stored. */
  #announce(messages: readonly Message[]): void {
    const { announcer, onError } = this.#deps
    try {
      announcer.publish(messages.map(entryOf))
    } catch (error) {
      onError(error)
    }
  }
}

interface Repeat {
  pending: Pending
  seq: number
}

function entryOf(data: Message): LogEntry {
  const { roomId: room, seq, createdAt: at } = data
  return { topic: topicOf(room), seq, frame: { type: messageCreated.type, room, seq, at, data } }
}

function storedMessage(
  message: NewMessage,
  outcome: Outcome | undefined,
  authorOf: ReadonlyMap<string, UserSummary>,
): Message | undefined {
  const author = authorOf.get(message.authorId)
  if (outcome?.verdict !== 'stored' || !author) return undefined
  return {
    roomId: message.roomId,
    seq: outcome.seq,
    version: outcome.seq,
    author,
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
