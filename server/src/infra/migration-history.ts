/** What a database remembers of its migrations, and the lock that lets one process at a time change it. */
import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import { MigrationError } from './migration-files.ts'
import type { MigrationFile } from './migration-files.ts'

export const historyTable = 'parley_migrations'

/** Any number of our own; the same for every node. */
const lockKey = 4_170_727_279

export interface HistoryEntry {
  name: string
  appliedAt: Date
  /** null: the process ended between the migration's commit and this note. */
  checksum: string | null
}

/** Run `work` on a connection of its own. MigrationError where the database cannot be reached. */
export async function withClient<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({
    connectionString: url,
    connectionTimeoutMillis: 5000,
    application_name: 'parley migrate',
    // Whatever the role or the database sets, a long migration is not to be cut short.
    options: '-c timezone=UTC -c statement_timeout=0 -c idle_in_transaction_session_timeout=0',
  })
  // The error of a lost connection also rejects the query that was waiting on it.
  client.on('error', () => {})
  try {
    await client.connect()
  } catch (cause) {
    throw new MigrationError(`unable to reach the database; ${reasonOf(cause)}`, { cause })
  }
  try {
    return await work(client)
  } finally {
    await client.end().catch(() => {})
  }
}

/**
 * Run `work` while no other process migrates this database. Asked for again and again instead of waited for inside
 * PostgreSQL: a waiting statement holds a snapshot, on which another node's `create index concurrently` would wait.
 */
export async function withMigrationLock<T>(client: Client, work: () => Promise<T>): Promise<T> {
  for (;;) {
    const { rows } = await client.query<{ mine: boolean }>(
      'select pg_try_advisory_lock($1) as mine',
      [lockKey],
    )
    if (rows[0]?.mine === true) break
    await sleep(50)
  }
  try {
    return await work()
  } finally {
    // A lost connection has released it already.
    await client.query('select pg_advisory_unlock($1)', [lockKey]).catch(() => {})
  }
}

/** node-pg-migrate's table and a checksum. */
export async function ensureHistory(client: Client): Promise<void> {
  await client.query(`create table if not exists public.${historyTable} (
    id serial primary key,
    name varchar(255) not null,
    run_on timestamptz not null,
    checksum text
  )`)
}

/** In the order they were applied; empty where nothing was ever migrated. */
export async function readHistory(client: Client): Promise<HistoryEntry[]> {
  const found = await client.query<{ there: boolean }>(
    `select to_regclass('public.${historyTable}') is not null as there`,
  )
  if (found.rows[0]?.there !== true) return []
  const { rows } = await client.query<HistoryEntry>(
    `select name, run_on as "appliedAt", checksum from public.${historyTable} order by run_on, id`,
  )
  return rows
}

/** Note what was applied, so that a file that differs from it later is noticed. */
export async function noteChecksums(client: Client, files: MigrationFile[]): Promise<void> {
  await client.query(
    `update public.${historyTable} h set checksum = f.checksum
     from unnest($1::text[], $2::text[]) f (name, checksum)
     where h.name = f.name and h.checksum is null`,
    [files.map(({ name }) => name), files.map(({ checksum }) => checksum)],
  )
}

/** The history must be a beginning of the files, unchanged; anything else stops with a sentence. */
export function compareHistory(history: HistoryEntry[], files: MigrationFile[]): void {
  history.forEach((entry, at) => {
    const file = files.find(({ name }) => name === entry.name)
    if (file === undefined) {
      throw new MigrationError(
        `unable to use the database; it was migrated by a newer Parley (${entry.name} is not known here): ` +
          'run that release, or let it migrate down first',
      )
    }
    if (entry.checksum !== null && entry.checksum !== file.checksum) {
      throw new MigrationError(
        `unable to use the database; ${entry.name} was applied to it from a file that read differently: ` +
          'undo the edit, or start with an empty database',
      )
    }
    if (files[at] !== file) {
      throw new MigrationError(
        `unable to use the database; ${entry.name} was applied to it before ${files[at]?.name}, ` +
          'which comes first: give the later one a higher number',
      )
    }
  })
}

/** The first line of what PostgreSQL or the network said; pg leaves the message of some errors empty. */
export function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0])
  if (!(error instanceof Error)) return String(error)
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name
  return error.message.split('\n')[0] || code
}
