import type { ServerRole } from '../contract/caller.ts'
import { AppError } from '../contract/error-codes.ts'
import type { DbHandle, Transaction } from '../infra/db.ts'
import { requireAdmin } from './admin-queries.ts'
import { listBlockLists, listBlockPeers, listBlockedIds, listReserved } from './block-queries.ts'
import { deleteErasure, listErasures } from './erasure-queries.ts'
import type { Erasure } from './erasure-queries.ts'
import type { OwnUser, PublicUser } from './schema.ts'
import {
  findOwnUser,
  listActiveRoles,
  listOwnStates,
  listPublicUsers,
  listStateSeqs,
  lockActiveUsers,
  lockUser,
} from './user-queries.ts'

/** What `ready` says of a person herself. */
export interface OwnState {
  user: OwnUser
  /** How often her state has changed (L4). */
  stateSeq: number
  blockedIds: readonly string[]
}

/** What other services may ask about people; every call runs on the handle it is given, inside
 *  or outside a transaction. */
export class UserDirectory {
  /** By id; deleted people too, since what they wrote still names them. Unknown ids are absent. */
  async getPublicUsers(db: DbHandle, ids: readonly string[]): Promise<Map<string, PublicUser>> {
    if (ids.length === 0) return new Map()
    const users = await listPublicUsers(db, ids)
    return new Map(users.map((user) => [user.id, user]))
  }

  /** Locks these people's rows, after rooms (L1): their accounts stay active until the transaction
   *  ends. AppError `user_not_found` unless all of them are. */
  async lockActiveUsers(tx: Transaction, ids: readonly string[]): Promise<void> {
    const locked = await lockActiveUsers(tx, ids)
    if (locked.length < new Set(ids).size) throw new AppError('user_not_found')
  }

  /** Locks this person's row, after rooms (L1): whoever had it before has committed. */
  async lockUser(tx: Transaction, id: string): Promise<void> {
    await lockUser(tx, id)
  }

  /** AppError `forbidden` unless this person is an administrator at this moment. */
  async requireAdmin(db: DbHandle, userId: string): Promise<void> {
    await requireAdmin(db, userId)
  }

  /** AppError `user_not_found` where the account was deleted. */
  async getOwnUser(db: DbHandle, id: string): Promise<OwnUser> {
    const user = await findOwnUser(db, id)
    if (!user) throw new AppError('user_not_found')
    return user
  }

  /** These people's own state, by id; deleted accounts are absent. */
  async listOwnStates(db: DbHandle, ids: readonly string[]): Promise<Map<string, OwnState>> {
    const states = await listOwnStates(db, ids)
    return new Map(states.map((state) => [state.user.id, state]))
  }

  /** The roles of those of these people whose accounts are active, by id. */
  async listActiveRoles(db: DbHandle, ids: readonly string[]): Promise<Map<string, ServerRole>> {
    const rows = await listActiveRoles(db, ids)
    return new Map(rows.map(({ id, role }) => [id, role]))
  }

  /** How often the state of each has changed (L4): `userSeq` of `ready`; by id. */
  async listStateSeqs(db: DbHandle, ids: readonly string[]): Promise<Map<string, number>> {
    const rows = await listStateSeqs(db, ids)
    return new Map(rows.map(({ id, stateSeq }) => [id, stateSeq]))
  }

  /** Whom this person blocks: `blocks` of `ready`. */
  async listBlockedIds(db: DbHandle, userId: string): Promise<string[]> {
    return listBlockedIds(db, userId)
  }

  /** The same for many people, by id; who blocks nobody is absent. */
  async listBlockLists(db: DbHandle, ids: readonly string[]): Promise<Map<string, string[]>> {
    const lists = await listBlockLists(db, ids)
    return new Map(lists.map(({ userId, blockedIds }) => [userId, blockedIds]))
  }

  /** Everyone with a block in either direction (E4). */
  async listBlockPeers(db: DbHandle, userId: string): Promise<string[]> {
    return listBlockPeers(db, userId)
  }

  /** Those of these people who may be reached by this one under a condition, or not at all:
   *  `closed` where there is a block in either direction (E4) or she wants nobody, else she must
   *  share a room with her. */
  async listReserved(
    db: DbHandle,
    userId: string,
    others: readonly string[],
  ): Promise<{ id: string; closed: boolean }[]> {
    return listReserved(db, userId, others)
  }

  /** These people without those who have a block with this one, in either direction (E4). */
  async withoutBlocked(db: DbHandle, userId: string, others: readonly string[]): Promise<string[]> {
    const peers = new Set(await this.listBlockPeers(db, userId))
    return others.filter((other) => !peers.has(other))
  }

  /** Deleted people whose texts are to be taken back. */
  async listErasures(db: DbHandle): Promise<Erasure[]> {
    return listErasures(db)
  }

  async finishErasure(db: DbHandle, userId: string): Promise<void> {
    await deleteErasure(db, userId)
  }
}
