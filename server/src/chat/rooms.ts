import { createHash } from 'node:crypto'
import { uuidv7 } from 'uuidv7'
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
import {
  enterRoom,
  permit,
  requireNotDirect,
  requireOpen,
  requireReachable,
  strangerRefusal,
} from './access.ts'
import type { Memberships } from './memberships.ts'
import type { RoomLog } from './room-log.ts'
import {
  findDirectRoomId,
  findRoom,
  findRoomByClientId,
  insertRoom,
  lockRooms,
  updateRoom,
} from './room-queries.ts'
import { findChannel, listChannels, listRoomViews } from './room-view-queries.ts'
import type { Channel, Room } from './schema.ts'

interface RoomsDeps {
  db: Database
  clock: Clock
  log: RoomLog
  memberships: Memberships
  users: UserDirectory
}

export interface CreateRoom {
  clientId: string
  kind: 'group' | 'channel'
  name: string
  topic?: string
  history?: 'all' | 'sinceJoin'
  memberIds?: string[]
}

export interface ChangeRoom {
  name?: string
  topic?: string
  archived?: boolean
}

/** Rooms themselves: made, found, listed, renamed, archived. */
export class Rooms {
  readonly #deps: RoomsDeps

  constructor(deps: RoomsDeps) {
    this.#deps = deps
  }

  /** Makes a group or channel with the caller as owner. A repeat of the same clientId answers
   *  with the room it made (P3); AppError `client_id_conflict` where it asked for another. */
  async create(caller: Caller, input: CreateRoom): Promise<{ room: Room; repeated: boolean }> {
    const { db, clock, memberships, users } = this.#deps
    const { userId } = caller
    const fingerprint = fingerprintOf(input)
    const others = [...new Set(input.memberIds)].filter((id) => id !== userId)
    return db.transaction(async (tx) => {
      const earlier = await findRoomByClientId(tx, userId, input.clientId)
      if (earlier) return this.#repeat(tx, userId, earlier, fingerprint)
      for (const other of others) await requireReachable(tx, users, userId, other)
      const room = {
        id: uuidv7(),
        kind: input.kind,
        name: input.name.trim(),
        topic: input.topic ?? '',
        history: input.history ?? 'all',
        createdBy: userId,
        clientId: input.clientId,
        fingerprint,
        directKey: null,
        at: timestamp(clock),
      }
      if (!(await insertRoom(tx, room))) {
        // The same clientId came twice at once: the other one is committed by now.
        const winner = await findRoomByClientId(tx, userId, input.clientId)
        if (winner) return this.#repeat(tx, userId, winner, fingerprint)
      }
      const people = others.map((id) => ({ userId: id, role: 'member' as const }))
      await memberships.enter(tx, room, [{ userId, role: 'owner' }, ...people], userId)
      return { room: await memberships.view(tx, room.id, userId), repeated: false }
    })
  }

  async #repeat(
    tx: Transaction,
    userId: string,
    earlier: { id: string; fingerprint: Buffer | null },
    fingerprint: Buffer,
  ): Promise<{ room: Room; repeated: boolean }> {
    if (earlier.fingerprint?.equals(fingerprint) === false) {
      throw new AppError('client_id_conflict')
    }
    return { room: await this.#deps.memberships.view(tx, earlier.id, userId), repeated: true }
  }

  /** The one direct room with that person, made where there is none yet. */
  async direct(caller: Caller, otherId: string): Promise<{ room: Room; repeated: boolean }> {
    const { db, clock, memberships, users } = this.#deps
    const { userId } = caller
    if (otherId === userId) throw new AppError('direct_with_self')
    const pair = [userId, otherId].toSorted()
    const directKey = pair.join(':')
    return db.transaction(async (tx) => {
      const existing = await findDirectRoomId(tx, directKey)
      if (existing) return { room: await memberships.view(tx, existing, userId), repeated: true }
      await requireReachable(tx, users, userId, otherId)
      const room = {
        id: uuidv7(),
        kind: 'direct' as const,
        name: null,
        topic: '',
        history: 'all' as const,
        createdBy: userId,
        clientId: null,
        fingerprint: null,
        directKey,
        at: timestamp(clock),
      }
      if (await insertRoom(tx, room)) {
        const people = pair.map((id) => ({ userId: id, role: 'member' as const }))
        await memberships.enter(tx, room, people, userId)
        return { room: await memberships.view(tx, room.id, userId), repeated: false }
      }
      const winner = await findDirectRoomId(tx, directKey)
      if (!winner) throw new AppError('unavailable')
      return { room: await memberships.view(tx, winner, userId), repeated: true }
    })
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
    const page = { viewerId: caller.userId, q: q.trim().toLowerCase(), after, limit: limit + 1 }
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
      const archiving = archived !== (room.archivedAt !== null)
      const name = change.name?.trim() ?? room.name
      const topic = change.topic ?? room.topic
      const renaming = name !== room.name || topic !== room.topic
      if (change.archived !== undefined) permit(membered, 'archive')
      if (change.name !== undefined || change.topic !== undefined) permit(membered, 'rename')
      if (renaming && !archiving) requireOpen(room)
      if (renaming || archiving) {
        const at = timestamp(clock)
        const seq = await log.append(tx, { roomId, type: 'room.updated', actorId: userId, at })
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
      const channel = await findChannel(tx, userId, roomId)
      if (!channel) throw strangerRefusal(room)
      if (!channel.joined) {
        requireOpen(room)
        const role = channel.memberCount === 0 ? ('owner' as const) : ('member' as const)
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

function fingerprintOf({ kind, name, topic, history, memberIds }: CreateRoom): Buffer {
  const input = [
    kind,
    name.trim(),
    topic ?? '',
    history ?? 'all',
    [...new Set(memberIds)].toSorted(),
  ]
  return createHash('sha256').update(JSON.stringify(input)).digest()
}

function activityCursor(cursor: string): { activeAt: string; roomId: string } {
  const [activeAt, roomId] = decodeCursor(cursor, ['time', 'id'])
  return { activeAt: String(activeAt), roomId: String(roomId) }
}

function nameCursor(cursor: string): { name: string; roomId: string } {
  const [name, roomId] = decodeCursor(cursor, ['string', 'id'])
  return { name: String(name), roomId: String(roomId) }
}
