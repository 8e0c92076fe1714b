import { AppError } from '../contract/error-codes.ts'
import type { DbHandle, Transaction } from '../infra/db.ts'
import { Overtaken } from '../infra/db-errors.ts'
import type { Clock } from '../infra/clock.ts'
import { timestamp } from '../infra/clock.ts'
import type { AccountEnd, EndReason } from '../user/account-end.ts'
import type { UserDirectory } from '../user/directory.ts'
import type { UserEvents } from '../user/user-events.ts'
import { roomAdded, roomGone } from './frames.ts'
import {
  countMostRooms,
  deleteMember,
  findHeir,
  insertMembers,
  listOpenRoomIds,
  updateMemberRole,
} from './member-queries.ts'
import type { Membership } from './member-queries.ts'
import { topicOf } from './log-reader.ts'
import type { RoomLog } from './room-log.ts'
import { lockFreeRooms, lockRooms } from './room-queries.ts'
import type { RoomRow } from './room-queries.ts'
import { listRoomViews } from './room-view-queries.ts'
import type { RoomView } from './room-view-queries.ts'
import { maxRooms } from './schema.ts'
import type { MemberRole, Room } from './schema.ts'

interface MembershipsDeps {
  clock: Clock
  log: RoomLog
  users: UserDirectory
  userEvents: UserEvents
}

type Entering = { userId: string; role: MemberRole }
/** Someone who entered elsewhere, at this time (RFC 3339). */
export type Arrival = { userId: string; at: string }
/** The room, as far as entering it depends on it. */
type Place = Pick<RoomRow, 'id' | 'kind' | 'history'>

/** How people enter and leave rooms, whoever decided it: the entry, the membership, the news.
 *  Every method runs in a transaction that holds the room's lock (L1). */
export class Memberships implements AccountEnd {
  readonly #deps: MembershipsDeps

  constructor(deps: MembershipsDeps) {
    this.#deps = deps
  }

  /** Makes sure that these people may enter one more room, and that it stays so until the end:
   *  locks their rows, after rooms (L1). AppError `user_not_found`, `room_limit`. */
  async admit(tx: Transaction, userIds: readonly string[]): Promise<void> {
    await this.#deps.users.lockActiveUsers(tx, userIds)
    if ((await countMostRooms(tx, userIds)) >= maxRooms) throw new AppError('room_limit')
  }

  /** Enters people who were admitted, in this order. */
  async enter(
    tx: Transaction,
    room: Place,
    people: readonly Entering[],
    by: string,
  ): Promise<void> {
    const at = timestamp(this.#deps.clock)
    const entering = people.map((person) => ({ ...person, at, by }))
    await this.#insert(tx, room, entering)
    await this.#tellAdded(tx, room.id, people)
  }

  /** Enters many people as they came elsewhere: each by herself, whatever the limit of rooms. The
   *  room hears of each; devices of theirs learn it from `state_seq` (L4), without a frame. */
  async enterArrivals(tx: Transaction, room: Place, arrivals: readonly Arrival[]): Promise<void> {
    const entering = arrivals.map(({ userId, at }) => {
      return { userId, at, by: userId, role: 'member' as const }
    })
    await this.#insert(tx, room, entering)
    await this.#deps.userEvents.bump(
      tx,
      arrivals.map(({ userId }) => userId),
    )
  }

  async #insert(
    tx: Transaction,
    { id: roomId, kind, history }: Place,
    people: readonly (Entering & Arrival & { by: string })[],
  ): Promise<void> {
    const { log } = this.#deps
    const changes = people.map(({ userId, role, at, by }) => {
      return { type: 'member.joined', actorId: by, subjectId: userId, role, at } as const
    })
    const first = await log.appendAll(tx, roomId, changes)
    const members = people.map(({ userId, role, at }, index) => {
      const seq = first + index
      const visibleFrom = kind === 'group' && history === 'sinceJoin' ? seq : 1
      const place = { joinedAt: at, joinedSeq: seq, version: seq, readSeq: seq }
      return { userId, role, visibleFrom, ...place }
    })
    await insertMembers(tx, roomId, members)
    await log.announceAll(tx, roomId, { first, last: first + people.length - 1 })
  }

  async #tellAdded(tx: Transaction, roomId: string, people: readonly Entering[]): Promise<void> {
    const userIds = people.map(({ userId }) => userId)
    const news = (await this.#views(tx, roomId, userIds)).map(({ viewerId, room }) => {
      const attach = { topic: topicOf(roomId), after: room.lastSeq }
      return { userId: viewerId, data: room, attach }
    })
    await this.#deps.userEvents.announceAll(tx, roomAdded, news)
  }

  /** Ends a membership; the last owner's place passes on in the same transaction. */
  async leave(
    tx: Transaction,
    roomId: string,
    userId: string,
    by: string,
    reason: 'left' | 'removed',
  ): Promise<void> {
    const seq = await this.#end(tx, roomId, userId, by, reason)
    const detach = { topic: topicOf(roomId), before: seq }
    await this.#deps.userEvents.announce(tx, userId, roomGone, { room: roomId }, { detach })
  }

  async #end(
    tx: Transaction,
    roomId: string,
    userId: string,
    by: string,
    reason: 'left' | 'removed' | 'deleted',
  ): Promise<number> {
    const { clock, log } = this.#deps
    const at = timestamp(clock)
    const change = { type: 'member.left', actorId: by, subjectId: userId, reason, at } as const
    const seq = await log.append(tx, { roomId, ...change })
    await deleteMember(tx, roomId, userId)
    await log.announce(tx, roomId, seq)
    const heir = await findHeir(tx, roomId)
    if (heir) await this.setRole(tx, heir, 'owner', by)
    return seq
  }

  async setRole(
    tx: Transaction,
    { roomId, userId }: Pick<Membership, 'roomId' | 'userId'>,
    role: MemberRole,
    by: string,
  ): Promise<void> {
    const { clock, log } = this.#deps
    const at = timestamp(clock)
    const change = { type: 'member.updated', actorId: by, subjectId: userId, role, at } as const
    const seq = await log.append(tx, { roomId, ...change })
    await updateMemberRole(tx, { roomId, userId }, role, seq)
    await log.announce(tx, roomId, seq)
  }

  /** A room as this member sees it now. */
  async view(db: DbHandle, roomId: string, userId: string): Promise<Room> {
    const [view] = await this.#views(db, roomId, [userId])
    if (!view) throw new AppError('room_not_found')
    return view.room
  }

  /** The same for those of these people who are members. */
  async #views(db: DbHandle, roomId: string, userIds: readonly string[]): Promise<RoomView[]> {
    const blocked = await this.#deps.users.listBlockLists(db, userIds)
    const viewers = userIds.map((id) => ({ id, blockedIds: blocked.get(id) ?? [] }))
    return listRoomViews(db, viewers, { roomIds: [roomId] })
  }

  /**
   * A deleted account leaves every room but the direct ones, whose two members are fixed. Rooms
   * are locked before the person (L1), so she may be added to others in between: what follows
   * takes those locks without waiting, or runs all of it again. Whoever comes later waits for her
   * row, and finds the account gone (`admit`).
   */
  async accountEnded(tx: Transaction, userId: string, ending: EndReason): Promise<void> {
    if (ending === 'suspended') return
    const locked = await listOpenRoomIds(tx, userId)
    await lockRooms(tx, locked)
    const present = await listOpenRoomIds(tx, userId)
    await this.#endAll(
      tx,
      locked.filter((roomId) => present.includes(roomId)),
      userId,
    )
    await this.#deps.users.lockUser(tx, userId)
    const late = await listOpenRoomIds(tx, userId)
    if (!(await lockFreeRooms(tx, late))) throw new Overtaken()
    await this.#endAll(tx, late, userId)
  }

  async #endAll(tx: Transaction, roomIds: readonly string[], userId: string): Promise<void> {
    for (const roomId of roomIds) await this.#end(tx, roomId, userId, userId, 'deleted')
  }
}
