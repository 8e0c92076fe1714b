import { createHash } from 'node:crypto'
import { uuidv7 } from 'uuidv7'
import { AppError } from '../contract/error-codes.ts'
import type { Clock } from '../infra/clock.ts'
import { timestamp } from '../infra/clock.ts'
import type { Database, Transaction } from '../infra/db.ts'
import type { UserDirectory } from '../user/directory.ts'
import { cleanDisplayName } from '../user/display-name.ts'
import { requireReachable } from './access.ts'
import type { Memberships } from './memberships.ts'
import { directKeyOf, findDirectRoomId, findRoomByClientId, insertRoom } from './room-queries.ts'
import type { NewRoom } from './room-queries.ts'
import type { MemberRole, Room } from './schema.ts'

interface RoomCreationDeps {
  db: Database
  clock: Clock
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

/** A room, and whether it was there before. */
interface MadeRoom {
  room: Room
  repeated: boolean
}

/** How rooms come to be: each one once, however often and from wherever it is asked for. */
export class RoomCreation {
  readonly #deps: RoomCreationDeps

  constructor(deps: RoomCreationDeps) {
    this.#deps = deps
  }

  /** A group or channel with its creator as owner. A repeat of the clientId answers with the room
   *  it made, while she is a member of it (P3). AppError `user_not_found`, `forbidden`,
   *  `room_limit`, `room_not_found`, `client_id_conflict`. */
  async create(userId: string, input: CreateRoom): Promise<MadeRoom> {
    const { db, clock, users } = this.#deps
    const { kind, clientId, topic = '' } = input
    const name = cleanDisplayName(input.name, '/name')
    // A channel is open to everyone from its beginning (L6).
    const history = (kind === 'group' && input.history) || 'all'
    const others = [...new Set(input.memberIds)].filter((id) => id !== userId)
    const fingerprint = fingerprintOf([kind, name, topic, input.history, others.toSorted()])
    return db.transaction(async (tx) => {
      const find = () => findRoomByClientId(tx, userId, clientId)
      const earlier = await this.#existing(tx, [userId, ...others], find)
      if (earlier) {
        const found = await this.#found(tx, earlier.id, userId)
        if (earlier.fingerprint?.equals(fingerprint) === false) {
          throw new AppError('client_id_conflict')
        }
        return found
      }
      await requireReachable(tx, users, userId, others)
      const at = timestamp(clock)
      const input = { id: uuidv7(), kind, name, topic, history, createdBy: userId, at }
      return this.#insert(tx, { ...input, clientId, fingerprint, directKey: null }, others)
    })
  }

  /** The one direct room with that person. AppError `direct_with_self`, `user_not_found`,
   *  `forbidden`, `room_limit`. */
  async direct(userId: string, otherId: string): Promise<MadeRoom> {
    const { db, clock, users } = this.#deps
    if (otherId === userId) throw new AppError('direct_with_self')
    const directKey = directKeyOf(userId, otherId)
    return db.transaction(async (tx) => {
      const find = () => findDirectRoomId(tx, directKey)
      const earlier = await this.#existing(tx, [userId, otherId], find)
      if (earlier) return this.#found(tx, earlier, userId)
      await requireReachable(tx, users, userId, [otherId])
      const at = timestamp(clock)
      const room = { id: uuidv7(), kind: 'direct', createdBy: userId, directKey, at } as const
      const empty = {
        name: null,
        topic: '',
        history: 'all',
        clientId: null,
        fingerprint: null,
      } as const
      return this.#insert(tx, { ...room, ...empty }, [otherId])
    })
  }

  /** What is there already. Where there is nothing, these people are admitted: whoever makes the
   *  same room at once waits for their rows, and finds it. */
  async #existing<T>(
    tx: Transaction,
    people: readonly string[],
    find: () => Promise<T | undefined>,
  ): Promise<T | undefined> {
    const known = await find()
    if (known) return known
    await this.#deps.memberships.admit(tx, people)
    return find()
  }

  async #found(tx: Transaction, roomId: string, userId: string): Promise<MadeRoom> {
    return { room: await this.#deps.memberships.view(tx, roomId, userId), repeated: true }
  }

  /** The creator enters first: as owner, where a room has one. */
  async #insert(tx: Transaction, room: NewRoom, others: readonly string[]): Promise<MadeRoom> {
    const { memberships } = this.#deps
    const { createdBy, kind } = room
    await insertRoom(tx, room)
    const first: MemberRole = kind === 'direct' ? 'member' : 'owner'
    const people = others.map((userId) => ({ userId, role: 'member' as const }))
    await memberships.enter(tx, room, [{ userId: createdBy, role: first }, ...people], createdBy)
    return { room: await memberships.view(tx, room.id, createdBy), repeated: false }
  }
}

/** What a repeat is compared with: what was asked for at first. */
function fingerprintOf(asked: readonly unknown[]): Buffer {
  return createHash('sha256').update(JSON.stringify(asked)).digest()
}
