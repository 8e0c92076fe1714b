import type { Caller } from '../contract/caller.ts'
import { decodeCursor } from '../contract/cursor.ts'
import { AppError } from '../contract/error-codes.ts'
import { pageOf } from '../contract/page.ts'
import type { PageRequest } from '../contract/page.ts'
import { defaultLimit } from '../contract/schema.ts'
import type { Database, DbHandle, Transaction } from '../infra/db.ts'
import type { UserDirectory } from '../user/directory.ts'
import {
  enterRoom,
  permit,
  requireMember,
  requireNotDirect,
  requireOpen,
  requireReachable,
  strangerRefusal,
} from './access.ts'
import type { Membered } from './access.ts'
import { countOwners, findMemberPage, findMembership } from './member-queries.ts'
import type { Memberships } from './memberships.ts'
import { findRoom } from './room-queries.ts'
import type { Member, MemberRole } from './schema.ts'

interface MembersDeps {
  db: Database
  memberships: Memberships
  users: UserDirectory
}

type MemberStateView = Omit<Member, 'readSeq'> & { lastSeq: number }

/** Rooms in which everyone sees how far the others have read (E3). */
export const receiptLimit = 50

/** Who is in a room, as what: listed, added, removed, promoted. */
export class Members {
  readonly #deps: MembersDeps

  constructor(deps: MembersDeps) {
    this.#deps = deps
  }

  /** Members in the order they joined. */
  async list(caller: Caller, roomId: string, { limit = defaultLimit, cursor }: PageRequest) {
    const { db } = this.#deps
    const { userId } = caller
    const after = cursor === undefined ? undefined : memberCursor(cursor)
    const range = { after, limit: limit + 1, receiptLimit }
    const { room } = await requireMember(db, roomId, userId)
    const found = await findMemberPage(db, { viewerId: userId, roomId, ...range })
    if (!found) throw strangerRefusal(room)
    const page = pageOf(found.members, limit, (last) => [last.joinedSeq, last.user.id])
    return { ...page, lastSeq: found.lastSeq }
  }

  /** Adds someone (as member where no role is named), or sets the role of a member. Without a
   *  role a member stays what she is. */
  async put(
    caller: Caller,
    roomId: string,
    userId: string,
    role: MemberRole | undefined,
  ): Promise<{ member: MemberStateView; added: boolean }> {
    const { db } = this.#deps
    return db.transaction(async (tx) => {
      const membered = await enterRoom(tx, roomId, caller.userId)
      requireNotDirect(membered.room)
      const present = await findMembership(tx, roomId, userId)
      if (present) await this.#setRole(tx, membered, present, role, caller.userId)
      else await this.#add(tx, membered, userId, role, caller.userId)
      return { member: await this.#stateOf(tx, roomId, userId), added: !present }
    })
  }

  async #add(
    tx: Transaction,
    membered: Membered,
    userId: string,
    role: MemberRole = 'member',
    by: string,
  ): Promise<void> {
    const { room } = membered
    permit(membered, room.kind === 'channel' ? 'addToChannel' : 'addToGroup')
    if (role !== 'member') permit(membered, 'setRole')
    requireOpen(room)
    const { memberships, users } = this.#deps
    await memberships.admit(tx, [userId])
    await requireReachable(tx, users, by, [userId])
    await memberships.enter(tx, room, [{ userId, role }], by)
  }

  async #setRole(
    tx: Transaction,
    membered: Membered,
    present: { roomId: string; userId: string; role: MemberRole },
    role: MemberRole | undefined,
    by: string,
  ): Promise<void> {
    if (role === undefined) return
    permit(membered, 'setRole')
    if (role === present.role) return
    requireOpen(membered.room)
    if (present.role === 'owner' && (await countOwners(tx, present.roomId)) === 1) {
      throw new AppError('last_owner')
    }
    await this.#deps.memberships.setRole(tx, present, role, by)
  }

  /** Removes someone, or lets the caller leave. */
  async remove(caller: Caller, roomId: string, who: string): Promise<void> {
    const { db, memberships } = this.#deps
    const userId = who === 'me' ? caller.userId : who
    const leaving = userId === caller.userId
    await db.transaction(async (tx) => {
      const membered = await enterRoom(tx, roomId, caller.userId)
      requireNotDirect(membered.room)
      const present = await findMembership(tx, roomId, userId)
      if (!leaving) {
        permit(membered, present && present.role !== 'member' ? 'removeAdmin' : 'removeMember')
        requireOpen(membered.room)
      }
      if (!present) throw new AppError('member_not_found')
      const reason = leaving ? 'left' : 'removed'
      await memberships.leave(tx, roomId, userId, caller.userId, reason)
    })
  }

  async #stateOf(db: DbHandle, roomId: string, userId: string): Promise<MemberStateView> {
    const member = await findMembership(db, roomId, userId)
    const room = await findRoom(db, roomId)
    const user = (await this.#deps.users.getPublicUsers(db, [userId])).get(userId)
    if (!member || !room || !user) throw new AppError('member_not_found')
    const { role, joinedAt, joinedSeq, version } = member
    const { id, username, displayName, avatarUrl } = user
    const summary = { id, username, displayName, avatarUrl }
    return { user: summary, role, joinedAt, joinedSeq, version, lastSeq: room.lastSeq }
  }
}

function memberCursor(cursor: string): { joinedSeq: number; userId: string } {
  const [joinedSeq, userId] = decodeCursor(cursor, ['number', 'id'])
  return { joinedSeq: Number(joinedSeq), userId: String(userId) }
}
