import type { DbHandle, Transaction } from '../infra/db.ts'
import { sql } from '../infra/sql.ts'

/** An account that waits for its address to be confirmed. */
export interface PendingAccount {
  username: string
  email: string
  passwordHash: string
  displayName: string
}

export async function insertPending(
  tx: Transaction,
  { username, email, passwordHash, displayName }: PendingAccount,
  { hash, at, expiresAt }: { hash: Buffer; at: string; expiresAt: string },
): Promise<void> {
  await tx.query(
    sql`insert into pending_registrations (token_hash, username, email, password_hash, display_name,
        created_at, expires_at)
      values (${hash}, ${username}, ${email}, ${passwordHash}, ${displayName}, ${at}, ${expiresAt})`,
  )
}

/** Nobody else counts or adds for this address until the transaction ends. */
export async function countPendingAlone(
  tx: Transaction,
  email: string,
  since: string,
): Promise<number> {
  const name = `parley.pending:${email.toLowerCase()}`
  await tx.query(sql`select pg_advisory_xact_lock(hashtextextended(${name}, 0))`)
  const [row] = await tx.query<{ count: number }>(
    sql`select count(*) from pending_registrations
      where lower(email) = lower(${email}) and created_at > ${since}`,
  )
  return row?.count ?? 0
}

/** Of two uses at once, one gets it. */
export async function takePending(
  tx: Transaction,
  hash: Buffer,
  at: string,
): Promise<PendingAccount | undefined> {
  const [row] = await tx.query<PendingAccount>(
    sql`delete from pending_registrations where token_hash = ${hash} and expires_at > ${at}
      returning username, email, password_hash as "passwordHash", display_name as "displayName"`,
  )
  return row
}

export async function deletePendingFor(tx: Transaction, email: string): Promise<void> {
  await tx.query(sql`delete from pending_registrations where lower(email) = lower(${email})`)
}

export async function deleteExpiredPending(db: DbHandle, at: string): Promise<void> {
  await db.query(sql`delete from pending_registrations where expires_at <= ${at}`)
}
