import type { Caller } from '../contract/caller.ts'
import { decodeCursor } from '../contract/cursor.ts'
import { AppError } from '../contract/error-codes.ts'
import { pageOf } from '../contract/page.ts'
import type { PageRequest } from '../contract/page.ts'
import { defaultLimit } from '../contract/schema.ts'
import type { Clock } from '../infra/clock.ts'
import { timestamp } from '../infra/clock.ts'
import type { Database, Transaction } from '../infra/db.ts'
import type { UserDirectory } from '../user/directory.ts'
import { cleanDisplayName } from '../user/display-name.ts'
import { enterRoom, permit, requireNotDirect, requireOpen } from './access.ts'
import { countMembers, findMembership } from './member-queries.ts'
import type { Memberships } from './memberships.ts'
import { RoomCreation } from './room-creation.ts'
import type { CreateRoom } from './room-creation.ts'
import type { RoomLog } from './room-log.ts'
import { findRoom, lockRooms, updateRoom } from './room-queries.ts'
import type { RoomRow } from './room-queries.ts'
import { findChannel, listChannels, listRoomViews } from './room-view-queries.ts'
import type { Channel, Room, RoomChangeKind } from './schema.ts'

interface RoomsDeps {
  db: Database
  clock: Clock
  log: RoomLog
  memberships: Memberships
  users: UserDirectory
}

export interface ChangeRoom {
  name?: string
  topic?: string
  archived?: boolean
}

/** Rooms themselves: made, found, listed, renamed, archived. */
export class Rooms {
  readonly #deps: RoomsDeps
  readonly #creation: RoomCreation

  constructor(deps: RoomsDeps) {
    this.#deps = deps
    this.#creation = new RoomCreation(deps)
  }

  /** Makes a group or channel; a repeat of its clientId finds it. */
  create(caller: Caller, input: CreateRoom) {
    return this.#creation.create(caller.userId, input)
  }

  /** The one direct room with that person, made where there is none yet. */
  direct(caller: Caller, otherId: string) {
    return this.#creation.direct(caller.userId, otherId)
  }

  /** The caller's rooms, latest activity first. */
  async list(caller: Caller, { limit = defaultLimit, cursor }: PageRequest) {
    const { db, users } = this.#deps
    const blockedIds = await users.listBlockedIds(db, caller.userId)
    const viewer = { id: caller.userId, blockedIds }
    const before = cursor === undefined ? undefined : activityCursor(cursor)
    const views = await listRoomViews(db, viewer, { before, limit: limit + 1 })
    const page = pageOf(views, limit, (last) => [last.activeAt, last.room.id])
    return { ...page, items: page.items.map(({ room }) => room) }
  }

  /** A room as its member sees it, a channel as anyone does. */
  async get(caller: Caller, roomId: string): Promise<Room | Channel> {
    const { db, users } = this.#deps
    const blockedIds = await users.listBlockedIds(db, caller.userId)
    const [view] = await listRoomViews(db, { id: caller.userId, blockedIds }, { roomIds: [roomId] })
    const found = view?.room ?? (await findChannel(db, caller.userId, roomId))
    if (!found) throw new AppError('room_not_found')
    return found
  }

  /** Public channels that are not archived, by name. */
  async channels(
    caller: Caller,
    { q = '', limit = defaultLimit, cursor }: PageRequest & { q?: string },
  ) {
    const after = cursor === undefined ? undefined : nameCursor(cursor)
    const page = { viewerId: caller.userId, q: q.normalize('NFC').trim(), after, limit: limit + 1 }
    const found = await listChannels(this.#deps.db, page)
    return pageOf(found, limit, (last) => [last.name ?? '', last.id])
  }

  /** Renames, describes, archives or reopens. A change that changes nothing writes nothing. */
  async change(caller: Caller, roomId: string, change: ChangeRoom): Promise<Room> {
    const { db, clock, log, memberships } = this.#deps
    const { userId } = caller
    return db.transaction(async (tx) => {
      const membered = await enterRoom(tx, roomId, userId)
      const { room } = membered
      requireNotDirect(room)
      const { archived = room.archivedAt !== null } = change
      const name = change.name === undefined ? room.name : cleanDisplayName(change.name, '/name')
      const topic = change.topic ?? room.topic
      const changed = changesOf(room, { name, topic, archived })
      const archiving = changed.some((kind) => kind === 'archived' || kind === 'reopened')
      if (change.archived !== undefined) permit(membered, 'archive')
      if (change.name !== undefined || change.topic !== undefined) permit(membered, 'rename')
      if (changed.length > 0 && !archiving) requireOpen(room)
      if (changed.length > 0) {
        const at = timestamp(clock)
        const type = 'room.updated'
        const seq = await log.append(tx, { roomId, type, actorId: userId, changed, at })
        await updateRoom(tx, { id: roomId, name, topic, archivedAt: archived ? at : null }, seq)
        await log.announce(tx, roomId, seq)
      }
      return memberships.view(tx, roomId, userId)
    })
  }

  /** Makes the caller a member of a public channel; of an empty one its owner. */
  async join(caller: Caller, roomId: string): Promise<Room> {
    const { db, memberships } = this.#deps
    const { userId } = caller
    return db.transaction(async (tx) => {
      await lockRooms(tx, [roomId])
      const room = await findRoom(tx, roomId)
      if (room?.kind !== 'channel') return this.#joinRefused(tx, userId, roomId)
      if (!(await findMembership(tx, roomId, userId))) {
        requireOpen(room)
        await memberships.admit(tx, [userId])
        const role = (await countMembers(tx, roomId, 1)) === 0 ? 'owner' : 'member'
        await memberships.enter(tx, room, [{ userId, role }], userId)
      }
      return memberships.view(tx, roomId, userId)
    })
  }

  /** Only channels are joined; who is in a direct room or group already stays in it. */
  async #joinRefused(tx: Transaction, userId: string, roomId: string): Promise<Room> {
    const view = await this.#deps.memberships.view(tx, roomId, userId)
    if (view.kind === 'direct') throw new AppError('direct_room_fixed')
    return view
  }
}

function changesOf(
  room: RoomRow,
  next: { name: string | null; topic: string; archived: boolean },
): RoomChangeKind[] {
  const changes: RoomChangeKind[] = []
  if (next.name !== room.name) changes.push('name')
  if (next.topic !== room.topic) changes.push('topic')
  if (next.archived !== (room.archivedAt !== null)) {
    changes.push(next.archived ? 'archived' : 'reopened')
  }
  return changes
}

function activityCursor(cursor: string): { activeAt: string; roomId: string } {
  const [activeAt, roomId] = decodeCursor(cursor, ['time', 'id'])
  return { activeAt: String(activeAt), roomId: String(roomId) }
}

function nameCursor(cursor: string): { name: string; roomId: string } {
  const [name, roomId] = decodeCursor(cursor, ['string', 'id'])
  return { name: String(name), roomId: String(roomId) }
}
