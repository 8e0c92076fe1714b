import type { DbHandle, Transaction } from '../infra/db.ts'
import { sql } from '../infra/sql.ts'

export interface KeyRow {
  id: string
  purpose: 'access_token' | 'refresh_token'
  /** A private JWK as JSON, or the bytes of a symmetric key in base64url. */
  secret: string
}

/** One node at a time makes keys; the others wait and read them. */
export async function lockKeys(tx: Transaction): Promise<void> {
  await tx.query(sql`select pg_advisory_xact_lock(hashtextextended('parley.server_keys', 0))`)
}

/** Those in use, newest first. */
export async function listKeys(db: DbHandle): Promise<KeyRow[]> {
  return db.query<KeyRow>(
    sql`select id, purpose, secret from server_keys
      where retired_at is null order by created_at desc, id`,
  )
}

export async function insertKey(tx: Transaction, key: KeyRow, at: string): Promise<void> {
  await tx.query(
    sql`insert into server_keys (id, purpose, secret, created_at)
      values (${key.id}, ${key.purpose}, ${key.secret}, ${at})`,
  )
}
