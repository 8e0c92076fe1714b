import type { Caller } from '../contract/caller.ts'
import { AppError } from '../contract/error-codes.ts'
import type { Database } from '../infra/db.ts'
import type { Announcer } from '../realtime/announcement.ts'
import type { UserDirectory } from '../user/directory.ts'
import type { UserEvents } from '../user/user-events.ts'
import { requireMember } from './access.ts'
import { readUpdated, receipt } from './frames.ts'
import { countMembers } from './member-queries.ts'
import { receiptLimit } from './members.ts'
import { advanceReadSeq } from './read-queries.ts'
import { topicOf } from './log-reader.ts'
import { findReadMark } from './room-view-queries.ts'
import type { ReadMark } from './schema.ts'

interface ReadMarksDeps {
  db: Database
  announcer: Announcer
  users: UserDirectory
  userEvents: UserEvents
}

interface Waiter {
  seq: number
  resolve: (mark: ReadMark) => void
  reject: (reason: unknown) => void
}

/** Marks that come within this time of a write are merged into one later write (E3). */
const mergeMs = 1000

/** How far each person has read each room: moves forward only, counts are derived (L5). */
export class ReadMarks {
  readonly #deps: ReadMarksDeps
  /** By person and room: who waits for the write after the one that was just made. */
  readonly #merging = new Map<string, { waiters: Waiter[]; timer: NodeJS.Timeout }>()

  constructor(deps: ReadMarksDeps) {
    this.#deps = deps
  }

  /** Answers after the commit. AppError `invalid_seq` past the room's last entry. */
  set(caller: Caller, roomId: string, seq: number): Promise<ReadMark> {
    const key = `${caller.userId}:${roomId}`
    const merging = this.#merging.get(key)
    if (!merging) {
      this.#rest(key, caller, roomId)
      return this.#write(caller, roomId, seq)
    }
    return new Promise((resolve, reject) => merging.waiters.push({ seq, resolve, reject }))
  }

  /** Writes at once whatever still waits: called before the database closes. */
  async drain(): Promise<void> {
    for (const { timer } of this.#merging.values()) clearTimeout(timer)
    const flushing = [...this.#merging.keys()].map((key) => {
      const [userId = '', roomId = ''] = key.split(':')
      return this.#writeMerged(key, { userId }, roomId)
    })
    await Promise.all(flushing)
  }

  #rest(key: string, caller: Pick<Caller, 'userId'>, roomId: string): void {
    const timer = setTimeout(() => {
      void this.#writeMerged(key, caller, roomId)
    }, mergeMs)
    timer.unref()
    this.#merging.set(key, { waiters: [], timer })
  }

  async #writeMerged(key: string, caller: Pick<Caller, 'userId'>, roomId: string): Promise<void> {
    const waiters = this.#merging.get(key)?.waiters ?? []
    this.#merging.delete(key)
    if (waiters.length === 0) return
    this.#rest(key, caller, roomId)
    const ascending = waiters.toSorted((a, b) => a.seq - b.seq)
    // The largest that holds answers everyone below it; one past the end fails alone.
    for (let last = ascending.pop(); last; last = ascending.pop()) {
      try {
        const mark = await this.#write(caller, roomId, last.seq)
        for (const { resolve } of [last, ...ascending]) resolve(mark)
        return
      } catch (error) {
        last.reject(error)
      }
    }
  }

  async #write(caller: Pick<Caller, 'userId'>, roomId: string, seq: number): Promise<ReadMark> {
    const { db, announcer, users, userEvents } = this.#deps
    const { userId } = caller
    return db.transaction(async (tx) => {
      const { room } = await requireMember(tx, roomId, userId)
      if (seq > room.lastSeq) throw new AppError('invalid_seq')
      const moved = await advanceReadSeq(tx, roomId, userId, seq)
      const blockedIds = await users.listBlockedIds(tx, userId)
      const mark = await findReadMark(tx, { id: userId, blockedIds }, roomId)
      if (!mark) throw new AppError('room_not_found')
      if (!moved) return mark
      await userEvents.announce(tx, userId, readUpdated, { room: roomId, ...mark })
      const size = await countMembers(tx, roomId, receiptLimit + 1)
      if (size > receiptLimit) return mark
      const frame = { type: receipt.type, room: roomId, userId, seq: mark.readSeq }
      const except = [userId, ...(await users.listBlockPeers(tx, userId))]
      tx.afterCommit(() => announcer.whisper({ topic: topicOf(roomId), frame, except }))
      return mark
    })
  }
}
