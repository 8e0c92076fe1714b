import type { DbHandle, Transaction } from '../infra/db.ts'
import { sql } from '../infra/sql.ts'
import type { Passkey } from './passkey-schema.ts'

const columns = sql`id, name, backed_up as "backedUp", created_at as "createdAt",
  last_used_at as "lastUsedAt"`

/** What an authenticator is known by. */
export interface Credential {
  credentialId: Buffer
  publicKey: Buffer
  counter: number
  transports: string[]
  backedUp: boolean
}

export interface StoredCredential extends Credential {
  id: string
  userId: string
}

/** Whether it is new: of one authenticator's key there is one. */
export async function insertPasskey(
  tx: Transaction,
  passkey: StoredCredential & { name: string; at: string },
): Promise<boolean> {
  const { id, userId, name, credentialId, publicKey, counter, transports, backedUp, at } = passkey
  const rows = await tx.query(
    sql`insert into passkeys (id, user_id, name, credential_id, public_key, counter, transports,
        backed_up, created_at)
      values (${id}, ${userId}, ${name}, ${credentialId}, ${publicKey}, ${counter}, ${transports},
        ${backedUp}, ${at})
      on conflict (credential_id) do nothing returning id`,
  )
  return rows.length > 0
}

export async function findCredential(
  db: DbHandle,
  credentialId: Buffer,
): Promise<StoredCredential | undefined> {
  const [row] = await db.query<StoredCredential>(
    sql`select id, user_id as "userId", credential_id as "credentialId",
        public_key as "publicKey", counter, transports, backed_up as "backedUp"
      from passkeys where credential_id = ${credentialId}`,
  )
  return row
}

export async function listCredentials(
  db: DbHandle,
  userId: string,
): Promise<Pick<Credential, 'credentialId' | 'transports'>[]> {
  return db.query(
    sql`select credential_id as "credentialId", transports from passkeys
      where user_id = ${userId} order by id`,
  )
}

/** Newest first, those older than `before`. */
export async function listPasskeys(
  db: DbHandle,
  userId: string,
  { before, limit }: { before: string | null; limit: number },
): Promise<Passkey[]> {
  return db.query<Passkey>(
    sql`select ${columns} from passkeys
      where user_id = ${userId} and (${before}::uuid is null or id < ${before})
      order by id desc limit ${limit}`,
  )
}

/** Whether this use follows the last one: a count that does not rise is that of a copy. */
export async function usePasskey(
  tx: Transaction,
  id: string,
  { counter, backedUp, at }: Pick<Credential, 'counter' | 'backedUp'> & { at: string },
): Promise<boolean> {
  const rows = await tx.query(
    sql`update passkeys set counter = ${counter}, backed_up = ${backedUp}, last_used_at = ${at}
      where id = ${id} and (counter < ${counter} or (counter = 0 and ${counter} = 0))
      returning id`,
  )
  return rows.length > 0
}

export async function renamePasskey(
  db: DbHandle,
  userId: string,
  id: string,
  name: string,
): Promise<Passkey | undefined> {
  const [row] = await db.query<Passkey>(
    sql`update passkeys set name = ${name} where id = ${id} and user_id = ${userId}
      returning ${columns}`,
  )
  return row
}

/** One, or all (null); returns their ids. */
export async function deletePasskeys(
  tx: Transaction,
  userId: string,
  only: string | null,
): Promise<string[]> {
  const rows = await tx.query<{ id: string }>(
    sql`delete from passkeys
      where user_id = ${userId} and (${only}::uuid is null or id = ${only}) returning id`,
  )
  return rows.map(({ id }) => id)
}

/** null: of a sign-in. */
export async function insertChallenge(
  db: DbHandle,
  { hash, userId, expiresAt }: { hash: Buffer; userId: string | null; expiresAt: string },
): Promise<void> {
  await db.query(
    sql`insert into passkey_challenges (challenge_hash, user_id, expires_at)
      values (${hash}, ${userId}, ${expiresAt})`,
  )
}

/** Whether there was one that is good at this moment: of two uses at once, one finds it. */
export async function takeChallenge(
  db: DbHandle,
  { hash, userId, at }: { hash: Buffer; userId: string | null; at: string },
): Promise<boolean> {
  const rows = await db.query(
    sql`delete from passkey_challenges
      where challenge_hash = ${hash} and user_id is not distinct from ${userId}::uuid
        and expires_at > ${at}
      returning challenge_hash`,
  )
  return rows.length > 0
}

export async function deleteChallengesOf(tx: Transaction, userId: string): Promise<void> {
  await tx.query(sql`delete from passkey_challenges where user_id = ${userId}`)
}

export async function deleteExpiredChallenges(db: DbHandle, at: string): Promise<void> {
  await db.query(sql`delete from passkey_challenges where expires_at <= ${at}`)
}
