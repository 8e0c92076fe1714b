import type { DbHandle, Transaction } from '../infra/db.ts'
import { sql } from '../infra/sql.ts'
import { avatarUrl } from './avatar-address.ts'

/** What is shown of a person, deleted ones included: what they wrote still names them. */
export async function findFace(
  db: DbHandle,
  userId: string,
): Promise<{ address: string; displayName: string } | undefined> {
  const [face] = await db.query<{ address: string; displayName: string }>(
    sql`select ${avatarUrl} as address, u.display_name as "displayName" from users u
      where u.id = ${userId}`,
  )
  return face
}

/** The address of her own picture; null where she has none, or is none. */
export async function findOwnAvatar(db: DbHandle, userId: string): Promise<string | null> {
  const [row] = await db.query<{ address: string | null }>(
    sql`select avatar_url as address from users where id = ${userId}`,
  )
  return row?.address ?? null
}

export async function updateAvatar(
  tx: Transaction,
  userId: string,
  address: string | null,
  at: string,
): Promise<void> {
  await tx.query(
    sql`update users set avatar_url = ${address}, updated_at = ${at} where id = ${userId}`,
  )
}
