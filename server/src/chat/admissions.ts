import { AppError } from '../contract/error-codes.ts'
import type { Database } from '../infra/db.ts'
import { requireOpen } from './access.ts'
import { listEverMembers } from './member-queries.ts'
import type { Arrival, Memberships } from './memberships.ts'
import { findRoom, lockRooms } from './room-queries.ts'

interface AdmissionsDeps {
  db: Database
  memberships: Memberships
}

/** How an import brings people into a room. */
export class Admissions {
  readonly #deps: AdmissionsDeps

  constructor(deps: AdmissionsDeps) {
    this.#deps = deps
  }

  /** Enters, in this order, those who were never in the room; who left or was removed stays out.
   *  Returns who is a member now. AppError `room_not_found`, `room_archived`. */
  async admit(roomId: string, arrivals: readonly Arrival[]): Promise<Set<string>> {
    const { db, memberships } = this.#deps
    return db.transaction(async (tx) => {
      await lockRooms(tx, [roomId])
      const room = await findRoom(tx, roomId)
      if (!room) throw new AppError('room_not_found')
      requireOpen(room)
      const userIds = arrivals.map(({ userId }) => userId)
      const known = await listEverMembers(tx, roomId, userIds)
      const members = new Map(known.map(({ userId, present }) => [userId, present]))
      const fresh = arrivals.filter(({ userId }) => !members.has(userId))
      if (fresh.length > 0) await memberships.enterArrivals(tx, room, fresh)
      return new Set(userIds.filter((userId) => members.get(userId) ?? true))
    })
  }
}
