import { AppError } from '../contract/error-codes.ts'
import type { DbHandle } from '../infra/db.ts'
import { findBlock, listBlockPeers, listBlockedIds } from './block-queries.ts'
import type { OwnUser, PublicUser } from './schema.ts'
import {
  findOwnUser,
  findStateSeq,
  listActiveUsers,
  listPublicUsers,
  listStateSeqs,
} from './user-queries.ts'

/** What other services may ask about people; every call runs on the handle it is given, inside
 *  or outside a transaction. */
export class UserDirectory {
  /** By id; deleted people too, since what they wrote still names them. Unknown ids are absent. */
  async getPublicUsers(db: DbHandle, ids: readonly string[]): Promise<Map<string, PublicUser>> {
    if (ids.length === 0) return new Map()
    const users = await listPublicUsers(db, ids)
    return new Map(users.map((user) => [user.id, user]))
  }

  /** AppError `user_not_found` unless the account exists and is neither suspended nor deleted. */
  async requireActiveUser(db: DbHandle, id: string): Promise<PublicUser> {
    const [user] = await this.requireActiveUsers(db, [id])
    if (!user) throw new AppError('user_not_found')
    return user
  }

  /** All of them, or AppError `user_not_found`. */
  async requireActiveUsers(db: DbHandle, ids: readonly string[]): Promise<PublicUser[]> {
    if (ids.length === 0) return []
    const users = await listActiveUsers(db, ids)
    if (users.length < new Set(ids).size) throw new AppError('user_not_found')
    return users
  }

  /** AppError `user_not_found` where the account was deleted. */
  async getOwnUser(db: DbHandle, id: string): Promise<OwnUser> {
    const user = await findOwnUser(db, id)
    if (!user) throw new AppError('user_not_found')
    return user
  }

  /** How often this person's state has changed (L4): `userSeq` of `ready`. */
  async getStateSeq(db: DbHandle, id: string): Promise<number> {
    return (await findStateSeq(db, id)) ?? 0
  }

  /** The same for many people, by id. */
  async listStateSeqs(db: DbHandle, ids: readonly string[]): Promise<Map<string, number>> {
    const rows = await listStateSeqs(db, ids)
    return new Map(rows.map(({ id, stateSeq }) => [id, stateSeq]))
  }

  async isBlockedEitherWay(db: DbHandle, a: string, b: string): Promise<boolean> {
    return findBlock(db, a, b)
  }

  /** Whom this person blocks: `blocks` of `ready`. */
  async listBlockedIds(db: DbHandle, userId: string): Promise<string[]> {
    return listBlockedIds(db, userId)
  }

  /** Everyone with a block in either direction (E4). */
  async listBlockPeers(db: DbHandle, userId: string): Promise<string[]> {
    return listBlockPeers(db, userId)
  }
}
