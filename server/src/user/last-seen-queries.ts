import type { Transaction } from '../infra/db.ts'
import { sql } from '../infra/sql.ts'

/** Never back in time: several nodes write what they saw. */
export async function putLastSeen(
  tx: Transaction,
  seen: readonly { userId: string; at: string }[],
): Promise<void> {
  // By id, so that two nodes do not wait for each other in a circle.
  await tx.query(
    sql`insert into last_seen (user_id, at)
      select s.id, s.at
      from unnest(${seen.map(({ userId }) => userId)}::uuid[],
        ${seen.map(({ at }) => at)}::timestamptz[]) as s (id, at)
      join users u on u.id = s.id and u.status <> 'deleted'
      order by s.id
      on conflict (user_id) do update set at = excluded.at where last_seen.at < excluded.at`,
  )
}

/** Of those of these people whose accounts are gone: the statement before may have waited for it. */
export async function deleteLastSeenOfDeleted(
  tx: Transaction,
  userIds: readonly string[],
): Promise<void> {
  await tx.query(
    sql`delete from last_seen l using users u
      where l.user_id = any(${userIds}::uuid[]) and u.id = l.user_id and u.status = 'deleted'`,
  )
}

export async function deleteLastSeen(tx: Transaction, userId: string): Promise<void> {
  await tx.query(sql`delete from last_seen where user_id = ${userId}`)
}
