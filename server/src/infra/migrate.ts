/** Migrations applied, taken back and listed: node-pg-migrate runs them, one process at a time, each in its transaction. */
import type { MigrationBuilder } from 'node-pg-migrate'
import type { Client } from 'pg'
import { MigrationError, migrationsFolder, readMigrations } from './migration-files.ts'
import type { MigrationFile } from './migration-files.ts'
import {
  compareHistory,
  ensureHistory,
  historyTable,
  noteChecksums,
  readHistory,
  reasonOf,
  withClient,
  withMigrationLock,
} from './migration-history.ts'

export interface MigrateOptions {
  /** A PostgreSQL connection string. */
  url: string
  folder?: string
}

export interface MigrationState {
  name: string
  /** null: pending. */
  appliedAt: Date | null
}

/** Apply every pending migration; returns their names. Each is a transaction: one that fails leaves nothing behind. */
export function migrateUp(options: MigrateOptions): Promise<string[]> {
  return locked(options, async (plan) => (plan.pending === 0 ? [] : run(plan, 'up')))
}

/** Take back the last `count`, newest first; returns their names. */
export function migrateDown(options: MigrateOptions, count = 1): Promise<string[]> {
  return locked(options, (plan) => run(plan, 'down', count))
}

/** Take the last one back and apply it again; returns its name. */
export function redoMigration(options: MigrateOptions): Promise<string[]> {
  return locked(options, async (plan) => {
    const names = await run(plan, 'down', 1)
    return names.length === 0 ? names : run(plan, 'up', 1)
  })
}

/** Every migration of this release and every one applied, in order; changes nothing. */
export function migrationStatus({ url, folder }: MigrateOptions): Promise<MigrationState[]> {
  return withClient(url, async (client) => {
    const files = await readMigrations(folder)
    const history = await readHistory(client)
    const applied = new Set(history.map(({ name }) => name))
    const pending = files.filter(({ name }) => !applied.has(name))
    return [...history, ...pending.map(({ name }) => ({ name, appliedAt: null }))].map(
      ({ name, appliedAt }) => ({ name, appliedAt }),
    )
  })
}

/** Names of the migrations this database lacks; changes nothing. MigrationError where it is newer or differs. */
export function pendingMigrations({ url, folder }: MigrateOptions): Promise<string[]> {
  return withClient(url, async (client) => {
    const files = await readMigrations(folder)
    const history = await readHistory(client)
    compareHistory(history, files)
    return files.slice(history.length).map(({ name }) => name)
  })
}

/** For MIGRATE=check: MigrationError unless the database is exactly at this release. */
export async function checkMigrations(options: MigrateOptions): Promise<void> {
  const [next, ...others] = await pendingMigrations(options)
  if (next === undefined) return
  const more = others.length === 0 ? '' : ` and ${others.length} more`
  throw new MigrationError(
    `unable to use the database; it lacks ${next}${more}: run "parley migrate up", or set MIGRATE=auto`,
  )
}

interface Plan {
  client: Client
  files: MigrationFile[]
  folder: string
  pending: number
}

async function locked<T>(
  { url, folder = migrationsFolder }: MigrateOptions,
  work: (plan: Plan) => Promise<T>,
): Promise<T> {
  const files = await readMigrations(folder)
  return withClient(url, (client) =>
    withMigrationLock(client, async () => {
      await ensureHistory(client).catch((cause: unknown) => {
        throw new MigrationError(`unable to migrate; ${reasonOf(cause)}`, { cause })
      })
      const history = await readHistory(client)
      compareHistory(history, files)
      return work({ client, files, folder, pending: files.length - history.length })
    }),
  )
}

async function run(
  plan: Plan,
  direction: 'up' | 'down',
  count = Number.POSITIVE_INFINITY,
): Promise<string[]> {
  if (count < 1) return []
  let current = ''
  const units = unitsOf(plan.files, (name) => (current = name))
  try {
    // Loaded where there is work to do: it takes longer than a whole start without.
    const { runner } = await import('node-pg-migrate')
    const done = await runner({
      dbClient: plan.client,
      dir: plan.folder,
      ignorePattern: String.raw`(?!.*\.sql$).*`,
      migrationLoaderStrategies: [{ extensions: ['.sql'], loader: () => Promise.resolve(units) }],
      migrationsTable: historyTable,
      direction,
      count,
      checkOrder: true,
      singleTransaction: false,
      // Held by withMigrationLock, so that what was compared is what is run.
      noLock: true,
      log: () => {},
    })
    if (direction === 'up') await noteChecksums(plan.client, plan.files)
    return done.map(({ name }) => name)
  } catch (cause) {
    await plan.client.query('rollback').catch(() => {})
    const what = current === '' ? 'migrate' : `migrate ${current} ${direction}`
    throw new MigrationError(`unable to ${what}; ${reasonOf(cause)}`, { cause })
  }
}

/** The files as node-pg-migrate wants them; `begin` hears which one it is at. */
function unitsOf(files: MigrationFile[], begin: (name: string) => void) {
  const step = (file: MigrationFile, statements: string[]) => (pgm: MigrationBuilder) => {
    begin(file.name)
    if (!file.transaction) pgm.noTransaction()
    for (const statement of statements) pgm.sql(statement)
  }
  return files.map((file) => ({
    id: file.path,
    filePaths: [file.path],
    actions: { up: step(file, file.up), down: step(file, file.down) },
  }))
}
