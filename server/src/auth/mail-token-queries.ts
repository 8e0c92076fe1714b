import type { DbHandle, Transaction } from '../infra/db.ts'
import { sql } from '../infra/sql.ts'

export type MailPurpose = 'verify_email' | 'reset_password'

/** What a token stands for. */
export interface MailProof {
  userId: string
  /** The address it was sent to. */
  email: string
}

export async function insertMailToken(
  tx: Transaction,
  token: MailProof & { hash: Buffer; purpose: MailPurpose; at: string; expiresAt: string },
): Promise<void> {
  const { hash, purpose, userId, email, at, expiresAt } = token
  await tx.query(
    sql`insert into mail_tokens (token_hash, purpose, user_id, email, created_at, expires_at)
      values (${hash}, ${purpose}, ${userId}, ${email}, ${at}, ${expiresAt})`,
  )
}

export async function countMailTokens(
  db: DbHandle,
  userId: string,
  purpose: MailPurpose,
  since: string,
): Promise<number> {
  const [row] = await db.query<{ count: number }>(
    sql`select count(*) from mail_tokens
      where user_id = ${userId} and purpose = ${purpose} and created_at > ${since}`,
  )
  return row?.count ?? 0
}

export async function findMailToken(
  db: DbHandle,
  hash: Buffer,
  purpose: MailPurpose,
  at: string,
): Promise<MailProof | undefined> {
  const [row] = await db.query<MailProof>(
    sql`select user_id as "userId", email from mail_tokens
      where token_hash = ${hash} and purpose = ${purpose} and expires_at > ${at}`,
  )
  return row
}

/** Whether it was still there: of two uses at once, one finds it. */
export async function deleteMailToken(tx: Transaction, hash: Buffer): Promise<boolean> {
  const rows = await tx.query(
    sql`delete from mail_tokens where token_hash = ${hash} returning user_id`,
  )
  return rows.length > 0
}

/** null: whatever they are for. */
export async function deleteMailTokensOf(
  tx: Transaction,
  userId: string,
  purpose: MailPurpose | null,
): Promise<void> {
  await tx.query(
    sql`delete from mail_tokens
      where user_id = ${userId} and (${purpose}::text is null or purpose = ${purpose})`,
  )
}

export async function deleteExpiredMailTokens(db: DbHandle, at: string): Promise<void> {
  await db.query(sql`delete from mail_tokens where expires_at <= ${at}`)
}
