import type { Clock } from '../infra/clock.ts'
import { timestamp } from '../infra/clock.ts'
import type { Database } from '../infra/db.ts'
import { Job } from '../infra/job.ts'
import type { UserDirectory } from '../user/directory.ts'
import type { RoomLog } from './room-log.ts'
import { lockRooms } from './room-queries.ts'
import {
  erasePrints,
  eraseTexts,
  listErasable,
  listRoomsWrittenIn,
} from './text-erasure-queries.ts'

/** How often it looks for work, in milliseconds. */
const pause = 5000
/** Messages of one transaction: a room is never locked for long. */
const slice = 100
/** A message to a direct room may still have been on its way when the account ended (G3). */
const latecomers = 60_000

interface TextErasureDeps {
  db: Database
  clock: Clock
  log: RoomLog
  users: UserDirectory
  onError: (error: unknown) => void
}

/** Takes back what deleted people wrote, where they asked for it: each message becomes a tombstone
 *  by an ordinary `message.deleted`, so that every client and every log does the same. What a
 *  stopped node leaves, the next run finds. */
export class TextErasure {
  readonly #deps: TextErasureDeps
  readonly #job: Job

  constructor(deps: TextErasureDeps) {
    this.#deps = deps
    const { onError } = deps
    this.#job = new Job({ everyMs: pause, run: (signal) => this.run(signal), onError })
  }

  start(): void {
    this.#job.start()
  }

  async close(): Promise<void> {
    await this.#job.close()
  }

  /** Everyone's whose erasure is due. */
  async run(signal: AbortSignal): Promise<void> {
    const { db, clock, users } = this.#deps
    for (const { userId, requestedAt } of await users.listErasures(db)) {
      for (const roomId of await listRoomsWrittenIn(db, userId)) {
        while (!signal.aborted && (await this.#eraseSlice(roomId, userId)));
      }
      if (signal.aborted) return
      if (clock.now() - Date.parse(requestedAt) > latecomers) await users.finishErasure(db, userId)
    }
  }

  /** False where nothing is left. */
  async #eraseSlice(roomId: string, userId: string): Promise<boolean> {
    const { db, clock, log } = this.#deps
    return db.transaction(async (tx) => {
      await lockRooms(tx, [roomId])
      const found = await listErasable(tx, roomId, userId, slice)
      const seqsOf = (which: boolean) =>
        found.filter(({ deleted }) => deleted === which).map(({ seq }) => seq)
      await erasePrints(tx, roomId, seqsOf(true))
      const seqs = seqsOf(false)
      if (seqs.length === 0) return found.length > 0
      const at = timestamp(clock)
      const changes = seqs.map((subjectSeq) => {
        return { type: 'message.deleted', actorId: userId, subjectSeq, at } as const
      })
      const version = await log.appendAll(tx, roomId, changes)
      await eraseTexts(tx, roomId, seqs, { version, at })
      await log.announceAll(tx, roomId, { first: version, last: version + seqs.length - 1 })
      return true
    })
  }
}
