import type { DbHandle, Transaction } from '../infra/db.ts'
import { sql } from '../infra/sql.ts'

export interface KeyRow {
  id: string
  purpose: 'access_token' | 'refresh_token'
  /** A private JWK as JSON, or the bytes of a symmetric key in base64url. */
  secret: string
  createdAt: string
}

/** One node at a time makes keys; the others wait and read them. */
export async function lockKeys(tx: Transaction): Promise<void> {
  await tx.query(sql`select pg_advisory_xact_lock(hashtextextended('parley.server_keys', 0))`)
}

/** Those in use at this moment, newest first. */
export async function listKeys(db: DbHandle, at: string): Promise<KeyRow[]> {
  return db.query<KeyRow>(
    sql`select id, purpose, secret, created_at as "createdAt" from server_keys
      where retired_at is null or retired_at > ${at} order by created_at desc, id`,
  )
}

/** The keys of a purpose end then, or sooner. */
export async function retireKeys(
  tx: Transaction,
  purpose: KeyRow['purpose'],
  retiredAt: string,
): Promise<void> {
  await tx.query(
    sql`update server_keys set retired_at = ${retiredAt}
      where purpose = ${purpose} and (retired_at is null or retired_at > ${retiredAt})`,
  )
}

export async function deleteRetiredKeys(db: DbHandle, before: string): Promise<void> {
  await db.query(sql`delete from server_keys where retired_at < ${before}`)
}

export async function insertKey(
  tx: Transaction,
  key: Omit<KeyRow, 'createdAt'>,
  at: string,
): Promise<void> {
  await tx.query(
    sql`insert into server_keys (id, purpose, secret, created_at)
      values (${key.id}, ${key.purpose}, ${key.secret}, ${at})`,
  )
}
