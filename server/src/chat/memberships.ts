import { AppError } from '../contract/error-codes.ts'
import type { DbHandle, Transaction } from '../infra/db.ts'
import type { Clock } from '../infra/clock.ts'
import { timestamp } from '../infra/clock.ts'
import type { AccountEnd, EndReason } from '../user/account-end.ts'
import type { UserDirectory } from '../user/directory.ts'
import type { UserEvents } from '../user/user-events.ts'
import { roomAdded, roomGone } from './frames.ts'
import {
  countRoomsOf,
  deleteMember,
  findHeir,
  insertMember,
  listMemberships,
  updateMemberRole,
} from './member-queries.ts'
import type { Membership } from './member-queries.ts'
import { topicOf } from './log-reader.ts'
import type { RoomLog } from './room-log.ts'
import { lockRooms } from './room-queries.ts'
import type { RoomRow } from './room-queries.ts'
import { listRoomViews } from './room-view-queries.ts'
import { maxRooms } from './schema.ts'
import type { MemberRole, Room } from './schema.ts'

interface MembershipsDeps {
  clock: Clock
  log: RoomLog
  users: UserDirectory
  userEvents: UserEvents
}

type Entering = { userId: string; role: MemberRole }
type LeaveReason = 'left' | 'removed' | 'deleted'

/** How people enter and leave rooms, whoever decided it: the entry, the membership, the news.
 *  Every method runs in a transaction that holds the room's lock (L1). */
export class Memberships implements AccountEnd {
  readonly #deps: MembershipsDeps

  constructor(deps: MembershipsDeps) {
    this.#deps = deps
  }

  /** Enters people in this order. */
  async enter(
    tx: Transaction,
    room: Pick<RoomRow, 'id' | 'kind' | 'history'>,
    people: readonly Entering[],
    by: string,
  ): Promise<void> {
    const at = timestamp(this.#deps.clock)
    for (const person of people) await this.#insert(tx, room, person, by, at)
    await this.#tellAdded(tx, room.id, people)
  }

  async #insert(
    tx: Transaction,
    room: Pick<RoomRow, 'id' | 'kind' | 'history'>,
    { userId, role }: Entering,
    by: string,
    at: string,
  ): Promise<void> {
    if ((await countRoomsOf(tx, userId)) >= maxRooms) throw new AppError('room_limit')
    const { log } = this.#deps
    const change = { type: 'member.joined', actorId: by, subjectId: userId, role, at } as const
    const seq = await log.append(tx, { roomId: room.id, ...change })
    await insertMember(tx, {
      roomId: room.id,
      userId,
      role,
      joinedAt: at,
      joinedSeq: seq,
      version: seq,
      readSeq: seq,
      visibleFrom: room.kind === 'group' && room.history === 'sinceJoin' ? seq : 1,
    })
    await log.announce(tx, room.id, seq)
  }

  async #tellAdded(tx: Transaction, roomId: string, people: readonly Entering[]): Promise<void> {
    const news = []
    for (const { userId } of people) {
      const room = await this.view(tx, roomId, userId)
      news.push({ userId, data: room, attach: { topic: topicOf(roomId), after: room.lastSeq } })
    }
    await this.#deps.userEvents.announceAll(tx, roomAdded, news)
  }

  /** Ends a membership; the last owner's place passes on in the same transaction. */
  async leave(
    tx: Transaction,
    room: Pick<RoomRow, 'id' | 'kind'>,
    userId: string,
    by: string,
    reason: LeaveReason,
  ): Promise<void> {
    const { clock, log, userEvents } = this.#deps
    const at = timestamp(clock)
    const change = { type: 'member.left', actorId: by, subjectId: userId, reason, at } as const
    const seq = await log.append(tx, { roomId: room.id, ...change })
    await deleteMember(tx, room.id, userId)
    await log.announce(tx, room.id, seq, userId)
    const heir = room.kind === 'direct' ? undefined : await findHeir(tx, room.id)
    if (heir) await this.setRole(tx, heir, 'owner', by)
    const detach = { topic: topicOf(room.id), before: seq }
    await userEvents.announce(tx, userId, roomGone, { room: room.id }, { detach })
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
    const blockedIds = await this.#deps.users.listBlockedIds(db, userId)
    const [view] = await listRoomViews(db, { id: userId, blockedIds }, { roomIds: [roomId] })
    if (!view) throw new AppError('room_not_found')
    return view.room
  }

  /** A deleted account leaves every room but the direct ones, whose two members are fixed. */
  async accountEnded(tx: Transaction, userId: string, ending: EndReason): Promise<void> {
    if (ending === 'suspended') return
    const before = await listMemberships(tx, userId)
    await lockRooms(
      tx,
      before.map(({ roomId }) => roomId),
    )
    const rooms = await listRoomViews(tx, { id: userId, blockedIds: [] }, 'all')
    for (const { room } of rooms) {
      if (room.kind !== 'direct') await this.leave(tx, room, userId, userId, 'deleted')
    }
  }
}
