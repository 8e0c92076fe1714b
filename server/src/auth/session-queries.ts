import type { DbHandle, Transaction } from '../infra/db.ts'
import { prepared, sql } from '../infra/sql.ts'
import type { Sql } from '../infra/sql.ts'
import type { Session } from './schema.ts'
import type { Moment } from './session-lifetime.ts'

/** What a request says of the device it comes from. */
export interface Device {
  deviceName: string
  address: string
  userAgent: string
}

export interface NewSession extends Device {
  id: string
  userId: string
  refreshHash: Buffer
  at: string
  expiresAt: string
}

export interface SessionRow {
  id: string
  userId: string
  live: boolean
  refreshHash: Buffer
  previousRefreshHash: Buffer | null
  rotatedAt: string
}

const isLive = ({ now, idleSince }: Moment): Sql =>
  sql`s.ended_at is null and s.expires_at > ${now} and s.last_used_at > ${idleSince}`

export async function insertSession(tx: Transaction, session: NewSession): Promise<void> {
  const { id, userId, deviceName, address, userAgent, refreshHash, at, expiresAt } = session
  await tx.query(
    sql`insert into sessions (id, user_id, device_name, address, user_agent, created_at,
        last_used_at, expires_at, refresh_hash, rotated_at)
      values (${id}, ${userId}, ${deviceName}, ${address}, ${userAgent}, ${at}, ${at}, ${expiresAt},
        ${refreshHash}, ${at})`,
  )
}

/** The session this refresh token belongs or belonged to. */
export async function findSessionByToken(db: DbHandle, hash: Buffer): Promise<string | undefined> {
  const [row] = await db.query<{ id: string }>(
    sql`select id from sessions where refresh_hash = ${hash}
      union all select session_id from used_refresh_tokens where token_hash = ${hash}`,
  )
  return row?.id
}

export async function lockSession(
  tx: Transaction,
  id: string,
  at: Moment,
): Promise<SessionRow | undefined> {
  const [row] = await tx.query<SessionRow>(
    sql`select id, user_id as "userId", ${isLive(at)} as live, refresh_hash as "refreshHash",
        previous_refresh_hash as "previousRefreshHash", rotated_at as "rotatedAt"
      from sessions s where id = ${id} for no key update`,
  )
  return row
}

/** `from` becomes the previous token, `to` the one that is valid now. */
export async function rotateSession(
  tx: Transaction,
  id: string,
  { from, to, at }: { from: Buffer; to: Buffer; at: string },
  { address, userAgent }: Omit<Device, 'deviceName'>,
): Promise<void> {
  await tx.query(
    sql`with used as (
        insert into used_refresh_tokens (token_hash, session_id, used_at)
        values (${from}, ${id}, ${at})
      )
      update sessions set refresh_hash = ${to}, previous_refresh_hash = ${from}, rotated_at = ${at},
        last_used_at = ${at}, address = ${address}, user_agent = ${userAgent}
      where id = ${id}`,
  )
}

/** Those of these sessions and personal access tokens that live, and whose they are (P6). */
export async function listLiveOwners(
  db: DbHandle,
  ids: readonly string[],
  at: Moment,
): Promise<{ id: string; userId: string }[]> {
  return db.query(
    prepared(
      'list-live-owners',
      sql`select id, user_id as "userId" from sessions s
        where id = any(${ids}::uuid[]) and ${isLive(at)}
        union all
        select id, user_id from personal_tokens
        where id = any(${ids}::uuid[]) and revoked_at is null
          and (expires_at is null or expires_at > ${at.now})`,
    ),
  )
}

/** Newest first, those older than `before`. */
export async function listLiveSessions(
  db: DbHandle,
  userId: string,
  { at, before, limit }: { at: Moment; before: string | null; limit: number },
): Promise<Omit<Session, 'current'>[]> {
  return db.query(
    sql`select id, device_name as "deviceName", address, created_at as "createdAt",
        last_used_at as "lastUsedAt", expires_at as "expiresAt"
      from sessions s
      where user_id = ${userId} and ${isLive(at)} and (${before}::uuid is null or id < ${before})
      order by id desc limit ${limit}`,
  )
}

/** From where this person has signed in, as far as it is remembered. */
export async function listAddresses(db: DbHandle, userId: string): Promise<string[]> {
  const rows = await db.query<{ address: string }>(
    sql`select distinct address from sessions where user_id = ${userId} limit 200`,
  )
  return rows.map(({ address }) => address)
}

export type Which = { only: string } | { except: string } | 'all'

/** Ends sessions, and forgets their used tokens; returns the ids of those that lived. */
export async function endSessions(
  tx: Transaction,
  userId: string,
  which: Which,
  at: Moment,
): Promise<string[]> {
  const rows = await tx.query<{ id: string }>(
    sql`with live as (
        select id from sessions s where user_id = ${userId} and ${chosen(which)} and ${isLive(at)}
        order by id for no key update
      ), forgotten as (
        delete from used_refresh_tokens where session_id in (select id from live)
      )
      update sessions set ended_at = ${at.now} where id in (select id from live) returning id`,
  )
  return rows.map(({ id }) => id)
}

function chosen(which: Which): Sql {
  if (which === 'all') return sql`true`
  return 'only' in which ? sql`id = ${which.only}` : sql`id <> ${which.except}`
}

/** Also what they say of addresses and devices. */
export async function deleteSessionsOf(tx: Transaction, userId: string): Promise<void> {
  await tx.query(sql`delete from sessions where user_id = ${userId}`)
}

/** Removes what ended, ran out or was last used before `before`. */
export async function deleteOldSessions(db: DbHandle, before: string): Promise<void> {
  await db.query(
    sql`delete from sessions
      where ended_at < ${before} or expires_at < ${before} or last_used_at < ${before}`,
  )
}

export async function deleteOldUsedTokens(db: DbHandle, before: string): Promise<void> {
  await db.query(sql`delete from used_refresh_tokens where used_at < ${before}`)
}
