import type { DbHandle, Transaction } from '../infra/db.ts'
import { sql } from '../infra/sql.ts'

/** A deleted person whose texts are to be taken back. */
export interface Erasure {
  userId: string
  requestedAt: string
}

export async function insertErasure(tx: Transaction, userId: string, at: string): Promise<void> {
  await tx.query(
    sql`insert into text_erasures (user_id, requested_at) values (${userId}, ${at})
      on conflict do nothing`,
  )
}

/** The oldest first. */
export async function listErasures(db: DbHandle): Promise<Erasure[]> {
  return db.query<Erasure>(
    sql`select user_id as "userId", requested_at as "requestedAt" from text_erasures
      order by requested_at, user_id limit 100`,
  )
}

export async function deleteErasure(db: DbHandle, userId: string): Promise<void> {
  await db.query(sql`delete from text_erasures where user_id = ${userId}`)
}
