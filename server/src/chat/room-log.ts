import { AppError } from '../contract/error-codes.ts'
import type { Database, Transaction } from '../infra/db.ts'
import type { Announcer } from '../realtime/announcement.ts'
import type { LogPage } from './frames.ts'
import { findMembership } from './member-queries.ts'
import { insertChanges } from './log-queries.ts'
import type { Change } from './log-queries.ts'
import { readLog, topicOf } from './log-reader.ts'
import { findRoom } from './room-queries.ts'
import { strangerRefusal } from './access.ts'

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
   *  push and replay cannot differ. `detach`: whose sockets leave behind it (H4). */
  announce(tx: Transaction, roomId: string, seq: number, detach?: string): Promise<void> {
    return this.announceAll(tx, roomId, { first: seq, last: seq }, detach)
  }

  /** The same for all entries from the first to the last. */
  async announceAll(
    tx: Transaction,
    roomId: string,
    { first, last }: { first: number; last: number },
    detach?: string,
  ): Promise<void> {
    const frames = await readLog(tx, roomId, first - 1, last)
    const entries = frames.map((frame) => ({
      topic: topicOf(roomId),
      seq: frame.seq,
      frame,
      ...(detach && { detach }),
    }))
    tx.afterCommit(() => this.#announcer.publish(entries))
  }

  /** What a member missed after `after`; her floor holds here as everywhere (L6). */
  async page(userId: string, roomId: string, after: number, limit: number): Promise<LogPage> {
    const room = await findRoom(this.#db, roomId)
    const member = room && (await findMembership(this.#db, roomId, userId))
    if (!room || !member) throw strangerRefusal(room)
    const { lastSeq } = room
    if (after > lastSeq) throw new AppError('invalid_seq')
    const from = Math.max(after, member.visibleFrom - 1)
    const upTo = Math.min(from + limit, lastSeq)
    const items = upTo > from ? await readLog(this.#db, roomId, from, upTo) : []
    return { items, lastSeq, hasMore: upTo < lastSeq }
  }
}
