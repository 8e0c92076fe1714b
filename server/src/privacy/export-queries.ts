import type { DbHandle, Transaction } from '../infra/db.ts'
import { sql } from '../infra/sql.ts'
import type { ExportState } from './schema.ts'

export interface ExportRow {
  id: string
  userId: string
  state: ExportState
  requestedAt: string
  readyAt: string | null
  expiresAt: string
  bytes: number | null
  attempts: number
  linkKey: Buffer
}

const columns = sql`id, user_id as "userId", state, requested_at as "requestedAt",
  ready_at as "readyAt", expires_at as "expiresAt", bytes, attempts, link_key as "linkKey"`

type NewExport = Pick<ExportRow, 'id' | 'userId' | 'linkKey' | 'expiresAt'> & { at: string }

export async function insertExport(tx: Transaction, one: NewExport): Promise<void> {
  await tx.query(
    sql`insert into data_exports (id, user_id, state, requested_at, expires_at, link_key)
      values (${one.id}, ${one.userId}, 'waiting', ${one.at}, ${one.expiresAt}, ${one.linkKey})`,
  )
}

/** Hers that has not run out. */
export async function findExportOf(
  db: DbHandle,
  userId: string,
  at: string,
): Promise<ExportRow | undefined> {
  const [row] = await db.query<ExportRow>(
    sql`select ${columns} from data_exports where user_id = ${userId} and expires_at > ${at}`,
  )
  return row
}

export async function findReadyExport(
  db: DbHandle,
  id: string,
  at: string,
): Promise<ExportRow | undefined> {
  const [row] = await db.query<ExportRow>(
    sql`select ${columns} from data_exports
      where id = ${id} and state = 'ready' and expires_at > ${at}`,
  )
  return row
}

/** The one that waits longest and nobody writes; this node's until `until`. */
export async function claimExport(
  db: DbHandle,
  { at, until }: { at: string; until: string },
): Promise<ExportRow | undefined> {
  const [row] = await db.query<ExportRow>(
    sql`update data_exports set claimed_until = ${until}, attempts = attempts + 1
      where id = (
        select id from data_exports
        where state = 'waiting' and expires_at > ${at}
          and (claimed_until is null or claimed_until <= ${at})
        order by requested_at limit 1 for update skip locked
      )
      returning ${columns}`,
  )
  return row
}

/** False where the person went meanwhile, or another node was faster. */
export async function updateReady(
  db: DbHandle,
  { id, at, expiresAt, bytes }: { id: string; at: string; expiresAt: string; bytes: number },
): Promise<boolean> {
  const rows = await db.query(
    sql`update data_exports set state = 'ready', ready_at = ${at}, expires_at = ${expiresAt},
        bytes = ${bytes}, claimed_until = null
      where id = ${id} and state = 'waiting' returning id`,
  )
  return rows.length > 0
}

/** For the next try, now or at another node. */
export async function releaseExport(db: DbHandle, id: string): Promise<void> {
  await db.query(sql`update data_exports set claimed_until = null where id = ${id}`)
}

export async function updateFailed(db: DbHandle, id: string): Promise<void> {
  await db.query(
    sql`update data_exports set state = 'failed', claimed_until = null where id = ${id}`,
  )
}

/** Returns the ids of those that were there. */
export async function deleteExportOf(tx: Transaction, userId: string): Promise<string[]> {
  const rows = await tx.query<{ id: string }>(
    sql`delete from data_exports where user_id = ${userId} returning id`,
  )
  return rows.map(({ id }) => id)
}

export async function deleteExpiredExports(db: DbHandle, at: string): Promise<void> {
  await db.query(sql`delete from data_exports where expires_at <= ${at}`)
}

export async function listExisting(db: DbHandle, ids: readonly string[]): Promise<string[]> {
  const rows = await db.query<{ id: string }>(
    sql`select id from data_exports where id = any(${ids}::uuid[])`,
  )
  return rows.map(({ id }) => id)
}
