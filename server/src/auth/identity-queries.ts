import type { DbHandle, Transaction } from '../infra/db.ts'
import { sql } from '../infra/sql.ts'

export interface IdentityRow {
  id: string
  userId: string
  issuer: string
  subject: string
  email: string | null
  displayName: string | null
  createdAt: string
  lastUsedAt: string
}

type Named = Pick<IdentityRow, 'issuer' | 'subject'>
type Said = Pick<IdentityRow, 'email' | 'displayName'>

const columns = sql`id, user_id as "userId", issuer, subject, email, display_name as "displayName",
  created_at as "createdAt", last_used_at as "lastUsedAt"`

export async function findIdentity(
  db: DbHandle,
  { issuer, subject }: Named,
): Promise<IdentityRow | undefined> {
  const [row] = await db.query<IdentityRow>(
    sql`select ${columns} from identities where issuer = ${issuer} and subject = ${subject}`,
  )
  return row
}

/** One for each issuer at most. */
export async function listIdentities(db: DbHandle, userId: string): Promise<IdentityRow[]> {
  return db.query<IdentityRow>(
    sql`select ${columns} from identities where user_id = ${userId} order by id`,
  )
}

/** Where nobody was faster; a unique violation of `identities_user_key` where the person has another
 *  identity of the issuer. */
export async function insertIdentity(
  tx: Transaction,
  {
    id,
    userId,
    issuer,
    subject,
    email,
    displayName,
  }: Omit<IdentityRow, 'createdAt' | 'lastUsedAt'>,
  at: string,
): Promise<boolean> {
  const rows = await tx.query(
    sql`insert into identities (id, user_id, issuer, subject, email, display_name, created_at,
        last_used_at)
      values (${id}, ${userId}, ${issuer}, ${subject}, ${email}, ${displayName}, ${at}, ${at})
      on conflict on constraint identities_subject_key do nothing returning id`,
  )
  return rows.length > 0
}

export async function updateIdentity(
  tx: Transaction,
  id: string,
  { email, displayName }: Said,
  at: string,
): Promise<void> {
  await tx.query(
    sql`update identities set email = ${email}, display_name = ${displayName}, last_used_at = ${at}
      where id = ${id}`,
  )
}

export async function deleteIdentity(tx: Transaction, id: string): Promise<void> {
  await tx.query(sql`delete from identities where id = ${id}`)
}

/** Those that are gone. */
export async function deleteIdentitiesOf(tx: Transaction, userId: string): Promise<Named[]> {
  return tx.query<Named>(
    sql`delete from identities where user_id = ${userId} returning issuer, subject`,
  )
}

export async function insertErased(
  tx: Transaction,
  hashes: readonly Buffer[],
  at: string,
): Promise<void> {
  await tx.query(
    sql`insert into erased_identities (identity_hash, erased_at)
      select hash, ${at}::timestamptz from unnest(${hashes}::bytea[]) as h (hash)
      on conflict (identity_hash) do update set erased_at = excluded.erased_at`,
  )
}

export async function findErased(db: DbHandle, hash: Buffer): Promise<string | undefined> {
  const [row] = await db.query<{ erasedAt: string }>(
    sql`select erased_at as "erasedAt" from erased_identities where identity_hash = ${hash}`,
  )
  return row?.erasedAt
}

export async function deleteErasedBefore(db: DbHandle, before: string): Promise<void> {
  await db.query(sql`delete from erased_identities where erased_at < ${before}`)
}
