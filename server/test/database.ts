/** A database for each test file, copied from a migrated template that is built once a run. */
import { createHash, randomUUID } from 'node:crypto'
import { Client } from 'pg'
import { inject } from 'vitest'
import { readMigrations } from '../src/infra/migration-files.ts'
import { migrateUp } from '../src/infra/migrate.ts'

export interface TestDatabase {
  url: string
  /** Also ends whatever is still connected to it. */
  drop(): Promise<void>
}

/** A fresh, migrated database on the run's server. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const template = await templateName()
  return copyOf(template, inject('databaseUrl'), (admin) => buildTemplate(admin, template))
}

/** A fresh database without a single table; `server` is a connection string, the run's server by default. */
export function createEmptyDatabase(server = inject('databaseUrl')): Promise<TestDatabase> {
  return copyOf('template0', server)
}

async function copyOf(
  template: string,
  server: string,
  prepare?: (admin: Client) => Promise<void>,
): Promise<TestDatabase> {
  const name = `parley_test_${randomUUID().replaceAll('-', '')}`
  await asAdmin(server, async (admin) => {
    await prepare?.(admin)
    await admin.query(`create database ${name} template ${template}`)
  })
  return {
    url: databaseAt(server, name),
    drop: () =>
      asAdmin(server, async (admin) => {
        await admin.query(`drop database if exists ${name} with (force)`)
      }),
  }
}

/** Under a name of its own for each state of the migrations, so that a server kept between runs serves no stale copy. */
async function templateName(): Promise<string> {
  const checksums = (await readMigrations()).map(({ checksum }) => checksum)
  return `parley_template_${createHash('sha256').update(checksums.join()).digest('hex').slice(0, 16)}`
}

async function buildTemplate(admin: Client, template: string): Promise<void> {
  // Held until this connection ends: the test files of one run start side by side.
  await admin.query(`select pg_advisory_lock(hashtext($1))`, [template])
  const { rowCount } = await admin.query('select from pg_database where datname = $1', [template])
  if (rowCount !== 0) return
  const unfinished = `${template}_unfinished`
  await admin.query(`drop database if exists ${unfinished} with (force)`)
  await admin.query(`create database ${unfinished} template template0`)
  await migrateUp({ url: databaseAt(inject('databaseUrl'), unfinished) })
  await admin.query(`alter database ${unfinished} rename to ${template}`)
}

async function asAdmin(server: string, work: (admin: Client) => Promise<void>): Promise<void> {
  const admin = new Client({ connectionString: server })
  await admin.connect()
  try {
    await work(admin)
  } finally {
    await admin.end()
  }
}

function databaseAt(server: string, name: string): string {
  const url = new URL(server)
  url.pathname = `/${name}`
  return url.href
}
