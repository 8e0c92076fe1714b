import { AppError } from '../contract/error-codes.ts'
import type { Database, Transaction } from '../infra/db.ts'
import type { Announcer } from '../realtime/announcement.ts'
import type { LogPage } from './frames.ts'
import { requireMember } from './access.ts'
import { insertChanges } from './log-queries.ts'
import type { Change } from './log-queries.ts'
import { readLog, readTopic } from './log-reader.ts'

/** The log of every room: what was changed, in one dense order, and how it goes out (P2, L2). */
export class RoomLog {
  readonly #db: Database
  readonly #announcer: Announcer

  constructor({ db, announcer }: { db: Database; announcer: Announcer }) {
    this.#db = db
    this.#announcer = announcer
  }

  /** Writes an entry under the room's lock; returns its seq. What it changes carries that seq as
   *  version: write it before `announce`. */
  append(tx: Transaction, { roomId, ...change }: Change): Promise<number> {
    return insertChanges(tx, roomId, [change])
  }

  /** Several entries, in this order; returns the seq of the first. */
  appendAll(
    tx: Transaction,
    roomId: string,
    changes: readonly Omit<Change, 'roomId'>[],
  ): Promise<number> {
    return insertChanges(tx, roomId, changes)
  }

  /** Sends the entry out once the transaction is committed, read back through the log itself:
   *  push and replay cannot differ. */
  announce(tx: Transaction, roomId: string, seq: number): Promise<void> {
    return this.announceAll(tx, roomId, { first: seq, last: seq })
  }

  /** The same for all entries from the first to the last. */
  async announceAll(
    tx: Transaction,
    roomId: string,
    { first, last }: { first: number; last: number },
  ): Promise<void> {
    const entries = await readTopic(tx, roomId, first - 1, last)
    tx.afterCommit(() => this.#announcer.publish(entries))
  }

  /** What a member missed after `after`; her floor holds here as everywhere (L6). */
  async page(userId: string, roomId: string, after: number, limit: number): Promise<LogPage> {
    const { room, member } = await requireMember(this.#db, roomId, userId)
    const { lastSeq } = room
    if (after > lastSeq) throw new AppError('invalid_seq')
    const from = Math.max(after, member.visibleFrom - 1)
    const upTo = Math.min(from + limit, lastSeq)
    const items = upTo > from ? await readLog(this.#db, member, from, upTo) : []
    return { items, lastSeq, hasMore: upTo < lastSeq }
  }
}
