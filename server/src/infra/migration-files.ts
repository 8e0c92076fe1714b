/** The migrations as files: finding, reading, creating them, and the lock file that notices an edited one. */
import { createHash } from 'node:crypto'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The same folder from src/ and from dist/, which lie side by side. */
export const migrationsFolder = fileURLToPath(new URL('../../migrations', import.meta.url))

const lockFile = 'checksums.json'
const fileName = /^\d{4}_[a-z0-9_]+\.sql$/
const marks = /^-- (?:Up|Down) Migration$/m
const alone = /^-- No Transaction$/m

/** Why migrations cannot run, as one sentence for the person at the terminal. */
export class MigrationError extends Error {
  override name = 'MigrationError'
}

export interface MigrationFile {
  /** Without `.sql`: what the history in the database holds. */
  name: string
  path: string
  up: string[]
  down: string[]
  /** False after a line `-- No Transaction`, for what PostgreSQL refuses in one (create index concurrently). */
  transaction: boolean
  checksum: string
}

/** Every migration in order. MigrationError where a file is malformed or differs from its sealed checksum. */
export async function readMigrations(folder = migrationsFolder): Promise<MigrationFile[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort()
  const files = await Promise.all(names.map((name) => readMigration(folder, name)))
  const sealed = await readChecksums(folder)
  for (const { name, checksum } of files) {
    if (sealed[name] !== undefined && sealed[name] !== checksum) {
      throw new MigrationError(
        `unable to use the migrations; ${name}.sql was edited after it was sealed in ${lockFile}: ` +
          'undo the edit and write a new migration (only one that was never released may be unsealed there)',
      )
    }
  }
  return files
}

async function readMigration(folder: string, file: string): Promise<MigrationFile> {
  const path = join(folder, file)
  const text = normalise(await readFile(path, 'utf8'))
  const [head = '', up, down, more] = text.split(marks)
  if (!fileName.test(file) || up === undefined || down === undefined || more !== undefined) {
    throw new MigrationError(
      `unable to use the migrations; ${path} must be named like 0001_users.sql and hold ` +
        'one "-- Up Migration" and then one "-- Down Migration"',
    )
  }
  const transaction = !alone.test(head)
  // Outside a transaction PostgreSQL wants each statement sent by itself.
  const statements = (section: string) =>
    transaction ? [section] : section.split(/;$/m).filter((statement) => statement.trim() !== '')
  return {
    name: file.slice(0, -'.sql'.length),
    path,
    up: statements(up),
    down: statements(down),
    transaction,
    checksum: createHash('sha256').update(text).digest('hex'),
  }
}

/** A checkout with other line ends is not an edit. */
function normalise(text: string): string {
  return `${text.replaceAll('\r\n', '\n').trimEnd()}\n`
}

async function readChecksums(folder: string): Promise<Record<string, string>> {
  const text = await readFile(join(folder, lockFile), 'utf8').catch(() => '{}')
  return JSON.parse(text) as Record<string, string> // written from renderChecksums
}

/**
 * The text of the lock file with every migration in it: once that is written, an edit stops every start. MigrationError
 * where a sealed one was edited.
 */
export async function renderChecksums(folder = migrationsFolder): Promise<string> {
  const files = await readMigrations(folder)
  const checksums = Object.fromEntries(files.map(({ name, checksum }) => [name, checksum]))
  return `${JSON.stringify(checksums, null, 2)}\n`
}

/** A new numbered file to fill in; returns its path. */
export async function createMigration(name: string, folder = migrationsFolder): Promise<string> {
  if (!/^[a-z][a-z0-9_]{0,59}$/.test(name)) {
    throw new MigrationError(
      `unable to create a migration; "${name}" is not a name of a-z, 0-9 and _ that begins with a letter`,
    )
  }
  const last = (await readMigrations(folder)).at(-1)?.name ?? '0000'
  const number = String(Number(last.slice(0, 4)) + 1).padStart(4, '0')
  const path = join(folder, `${number}_${name}.sql`)
  await writeFile(path, template, { flag: 'wx' })
  return path
}

const template = `-- What changes, and why. It must work with the release before this one: expand now, contract one release later.
-- (An index on a table that has rows is built concurrently, in a migration of its own with a line "-- No Transaction".)

-- Up Migration

set local lock_timeout = '5s';


-- Down Migration

set local lock_timeout = '5s';

`
