import type { DbHandle, Transaction } from '../infra/db.ts'
import { sql } from '../infra/sql.ts'

export interface TotpFactor {
  secret: string
  confirmed: boolean
  lastStep: number
}

export async function findFactor(db: DbHandle, userId: string): Promise<TotpFactor | undefined> {
  const [row] = await db.query<TotpFactor>(
    sql`select secret, confirmed_at is not null as confirmed, last_step as "lastStep"
      from totp_factors where user_id = ${userId}`,
  )
  return row
}

/** In place of one that was never confirmed. */
export async function putFactor(
  tx: Transaction,
  userId: string,
  secret: string,
  at: string,
): Promise<void> {
  await tx.query(
    sql`insert into totp_factors (user_id, secret, created_at) values (${userId}, ${secret}, ${at})
      on conflict (user_id) do update set secret = excluded.secret, created_at = excluded.created_at`,
  )
}

/** A code of this step was taken; the first one confirms the factor. */
export async function advanceFactor(
  tx: Transaction,
  userId: string,
  step: number,
  at: string,
): Promise<void> {
  await tx.query(
    sql`update totp_factors set last_step = ${step}, confirmed_at = coalesce(confirmed_at, ${at})
      where user_id = ${userId}`,
  )
}

export async function deleteFactor(tx: Transaction, userId: string): Promise<void> {
  await tx.query(sql`delete from totp_factors where user_id = ${userId}`)
  await tx.query(sql`delete from recovery_codes where user_id = ${userId}`)
}

export async function replaceRecoveryCodes(
  tx: Transaction,
  userId: string,
  hashes: readonly Buffer[],
): Promise<void> {
  await tx.query(sql`delete from recovery_codes where user_id = ${userId}`)
  await tx.query(
    sql`insert into recovery_codes (user_id, code_hash)
      select ${userId}, hash from unnest(${hashes}::bytea[]) as h (hash)`,
  )
}

/** Whether there was such a code; it is gone now. */
export async function useRecoveryCode(
  tx: Transaction,
  userId: string,
  hash: Buffer,
): Promise<boolean> {
  const rows = await tx.query(
    sql`delete from recovery_codes where user_id = ${userId} and code_hash = ${hash}
      returning user_id`,
  )
  return rows.length > 0
}

export async function countRecoveryCodes(db: DbHandle, userId: string): Promise<number> {
  const [row] = await db.query<{ count: number }>(
    sql`select count(*) from recovery_codes where user_id = ${userId}`,
  )
  return row?.count ?? 0
}
