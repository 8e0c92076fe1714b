import type { Scope } from '../contract/scopes.ts'
import type { DbHandle, Transaction } from '../infra/db.ts'
import { prepared, sql } from '../infra/sql.ts'
import type { PersonalToken } from './token-schema.ts'

const columns = sql`id, name, scopes, created_at as "createdAt", expires_at as "expiresAt",
  last_used_at as "lastUsedAt"`

export interface NewPersonalToken {
  id: string
  userId: string
  name: string
  hash: Buffer
  scopes: readonly Scope[]
  at: string
  expiresAt: string | null
}

/** What a token says of whoever presents it; whether it is still good, the register knows. */
export interface TokenFacts {
  id: string
  userId: string
  scopes: Scope[]
  expiresAt: string | null
}

export async function insertToken(tx: Transaction, token: NewPersonalToken): Promise<void> {
  const { id, userId, name, hash, scopes, at, expiresAt } = token
  await tx.query(
    sql`insert into personal_tokens (id, user_id, name, token_hash, scopes, created_at, expires_at)
      values (${id}, ${userId}, ${name}, ${hash}, ${scopes}, ${at}, ${expiresAt})`,
  )
}

export async function findTokenByHash(db: DbHandle, hash: Buffer): Promise<TokenFacts | undefined> {
  const [row] = await db.query<TokenFacts>(
    prepared(
      'find-personal-token',
      sql`select id, user_id as "userId", scopes, expires_at as "expiresAt" from personal_tokens
        where token_hash = ${hash}`,
    ),
  )
  return row
}

/** Those that are good at this moment, newest first, older than `before`. */
export async function listTokens(
  db: DbHandle,
  userId: string,
  { at, before, limit }: { at: string; before: string | null; limit: number },
): Promise<PersonalToken[]> {
  return db.query<PersonalToken>(
    sql`select ${columns} from personal_tokens
      where user_id = ${userId} and revoked_at is null
        and (expires_at is null or expires_at > ${at})
        and (${before}::uuid is null or id < ${before})
      order by id desc limit ${limit}`,
  )
}

export async function touchToken(db: DbHandle, id: string, at: string): Promise<void> {
  await db.query(sql`update personal_tokens set last_used_at = ${at} where id = ${id}`)
}

/** One, or all (null); returns the ids of those that were good. */
export async function revokeTokens(
  tx: Transaction,
  userId: string,
  only: string | null,
  at: string,
): Promise<string[]> {
  const rows = await tx.query<{ id: string }>(
    sql`update personal_tokens set revoked_at = ${at}
      where user_id = ${userId} and (${only}::uuid is null or id = ${only}) and revoked_at is null
      returning id`,
  )
  return rows.map(({ id }) => id)
}

export async function deleteTokensOf(tx: Transaction, userId: string): Promise<void> {
  await tx.query(sql`delete from personal_tokens where user_id = ${userId}`)
}

export async function deleteOldTokens(db: DbHandle, before: string): Promise<void> {
  await db.query(
    sql`delete from personal_tokens where revoked_at < ${before} or expires_at < ${before}`,
  )
}
