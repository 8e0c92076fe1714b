import type { DbHandle, Transaction } from '../infra/db.ts'
import { prepared, sql } from '../infra/sql.ts'
import type { Sql } from '../infra/sql.ts'
import type { Block, UserSummary } from './schema.ts'
import { summaryColumns } from './user-queries.ts'

/** The ids of everyone with a block in either direction, as an array for `<> all(…)`. */
export function blockPeersOf(userId: string): Sql {
  return sql`array(select blocked_id from blocks where user_id = ${userId}
    union all select user_id from blocks where blocked_id = ${userId})`
}

export async function listBlockedIds(db: DbHandle, userId: string): Promise<string[]> {
  const rows = await db.query<{ id: string }>(
    sql`select blocked_id as id from blocks where user_id = ${userId} order by blocked_id`,
  )
  return rows.map(({ id }) => id)
}

/** The same for many people; who blocks nobody is absent. */
export async function listBlockLists(
  db: DbHandle,
  userIds: readonly string[],
): Promise<{ userId: string; blockedIds: string[] }[]> {
  return db.query<{ userId: string; blockedIds: string[] }>(
    sql`select user_id as "userId", array_agg(blocked_id order by blocked_id) as "blockedIds"
      from blocks where user_id = any(${userIds}::uuid[]) group by user_id`,
  )
}

export async function listBlockPeers(db: DbHandle, userId: string): Promise<string[]> {
  const rows = await db.query<{ id: string }>(
    prepared(
      'list-block-peers',
      sql`select blocked_id as id from blocks where user_id = ${userId}
        union select user_id from blocks where blocked_id = ${userId}`,
    ),
  )
  return rows.map(({ id }) => id)
}

/** Those of these people whom this one cannot simply reach, and whether she cannot at all. */
export async function listReserved(
  db: DbHandle,
  userId: string,
  others: readonly string[],
): Promise<{ id: string; closed: boolean }[]> {
  return db.query(
    sql`with these as (
        select u.id, u.reachable_by, u.id = any (${blockPeersOf(userId)}) as blocked
        from users u where u.id = any(${others}::uuid[])
      )
      select id, blocked or reachable_by = 'nobody' as closed from these
      where blocked or reachable_by <> 'everyone'`,
  )
}

/** By username, those after `after`. */
export async function listBlocks(
  db: DbHandle,
  userId: string,
  after: string,
  limit: number,
): Promise<Block[]> {
  const rows = await db.query<UserSummary & { at: string }>(
    sql`select ${summaryColumns}, b.created_at as at
      from blocks b join users u on u.id = b.blocked_id
      where b.user_id = ${userId} and u.username ~>~ ${after}
      order by u.username using ~<~ limit ${limit}`,
  )
  return rows.map(({ at, ...user }) => ({ user, createdAt: at }))
}

/** False where the block was there before. */
export async function insertBlock(
  tx: Transaction,
  userId: string,
  blockedId: string,
  at: string,
): Promise<boolean> {
  const rows = await tx.query(
    sql`insert into blocks (user_id, blocked_id, created_at) values (${userId}, ${blockedId}, ${at})
      on conflict do nothing returning 1`,
  )
  return rows.length > 0
}

/** False where there was none. */
export async function deleteBlock(
  tx: Transaction,
  userId: string,
  blockedId: string,
): Promise<boolean> {
  const rows = await tx.query(
    sql`delete from blocks where user_id = ${userId} and blocked_id = ${blockedId} returning 1`,
  )
  return rows.length > 0
}

export async function deleteBlocksOf(tx: Transaction, userId: string): Promise<void> {
  await tx.query(sql`delete from blocks where user_id = ${userId}`)
}
