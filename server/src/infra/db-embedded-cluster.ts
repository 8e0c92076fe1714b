/** The data directory: made once, whole or not at all, and owned by whoever runs PostgreSQL. */
import {
  chown,
  lchown,
  mkdtemp,
  open,
  readFile,
  readdir,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { Client, DatabaseError } from 'pg'
import type { Binaries } from './db-embedded-binaries.ts'
import { EmbeddedPostgresError, errnoOf } from './db-embedded-error.ts'
import { runAs } from './db-embedded-spawn.ts'
import type { Identity, Owner } from './db-embedded-spawn.ts'
import { connectionString } from './db-embedded-socket.ts'

const UNFINISHED = '.new-'

export interface ClusterPlan {
  pgData: string
  binaries: Binaries
  identity: Identity
  major: number
  /** False once it was seen: a folder that vanished must not come back as an empty database. */
  mayCreate: boolean
  /** False leaves the new files to the system's cache: for tests. */
  sync: boolean
  log: (line: string) => void
}

/** Make `pgData` where it is missing and may be made; refuse one that another major version of PostgreSQL made. */
export async function prepareCluster(plan: ClusterPlan): Promise<void> {
  const { pgData, identity, major } = plan
  const made = await readFile(join(pgData, 'PG_VERSION'), 'utf8').catch((error: unknown) => {
    if (errnoOf(error) === 'ENOENT') return null
    throw error
  })
  if (made === null) {
    if (!plan.mayCreate) throw new EmbeddedPostgresError(`${pgData} is gone`)
    plan.log(`creating a PostgreSQL ${major} database in ${pgData}`)
    await createCluster(plan)
  } else if (Number(made) !== major) {
    throw new EmbeddedPostgresError(
      `${pgData} was made by PostgreSQL ${made.trim()} and this is PostgreSQL ${major}; move the data with pg_dump, ` +
        'or set DATABASE_URL to a server of that version',
    )
  }
  if (identity.owner !== null) await giveTo(pgData, identity.owner)
}

/** Byte order for sorting, Unicode for letters: with locale C, pg_trgm would see ASCII only. */
const locales = [['--locale=C.UTF-8'], ['--locale=C', '--lc-ctype=en_US.UTF-8']]

async function createCluster(plan: ClusterPlan): Promise<void> {
  // Complete under another name first: a start that was cut short leaves nothing that looks like a database. The name is
  // new each time, because the initdb of a killed Parley may still be writing.
  await removeUnfinished(plan.pgData)
  let output = ''
  for (const locale of locales) {
    const unfinished = await mkdtemp(plan.pgData + UNFINISHED)
    if (plan.identity.owner !== null) await giveTo(unfinished, plan.identity.owner)
    const done = await initdb(plan, unfinished, locale)
    if (done.ok) return publish(unfinished, plan.pgData)
    output = done.output
    await rm(unfinished, { recursive: true, force: true })
    if (!output.includes('invalid locale name')) break
  }
  throw new EmbeddedPostgresError(`initdb failed: ${output.split('\n').slice(-5).join(' ')}`)
}

async function removeUnfinished(pgData: string): Promise<void> {
  const folder = dirname(pgData)
  const left = (await readdir(folder)).filter((name) =>
    name.startsWith(basename(pgData) + UNFINISHED),
  )
  for (const name of left) await rm(join(folder, name), { recursive: true, force: true })
}

async function initdb({ binaries, identity, sync }: ClusterPlan, dir: string, locale: string[]) {
  const args = ['-D', dir, '-U', 'parley', '-A', 'trust', '-E', 'UTF8', ...locale]
  args.push('--data-checksums', '--no-instructions', ...(sync ? [] : ['--no-sync']))
  return runAs(identity, binaries.initdb, args, binaries.libraryPath)
}

async function publish(unfinished: string, pgData: string): Promise<void> {
  // The closed socket folder decides who may connect; over the network nobody may.
  await writeFile(join(unfinished, 'pg_hba.conf'), 'local all all trust\n')
  await rename(unfinished, pgData)
  const parent = await open(dirname(pgData))
  try {
    await parent.sync()
  } finally {
    await parent.close()
  }
}

/** Root changes owner when the identity changed; the top comes last, so that a cut change is done again. */
async function giveTo(path: string, { uid, gid }: Owner): Promise<void> {
  if ((await stat(path)).uid === uid) return
  const entries = await readdir(path, { recursive: true, withFileTypes: true })
  for (const entry of entries) await lchown(join(entry.parentPath, entry.name), uid, gid)
  await chown(path, uid, gid)
}

/** Create the database `parley` unless an earlier start did. */
export async function ensureDatabase(socketFolder: string): Promise<void> {
  try {
    await query(connectionString(socketFolder, 'parley'), 'SELECT 1')
  } catch (error) {
    // 3D000: invalid_catalog_name
    if (!(error instanceof DatabaseError) || error.code !== '3D000') throw error
    await query(connectionString(socketFolder, 'postgres'), 'CREATE DATABASE parley')
  }
}

async function query(url: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: url })
  client.on('error', () => {}) // a lost connection also rejects the query
  await client.connect()
  try {
    await client.query(sql)
  } finally {
    await client.end()
  }
}
