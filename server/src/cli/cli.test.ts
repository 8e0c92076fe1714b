import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { afterEach, beforeEach, describe, expect, inject, it, vi } from 'vitest'
import { runCommand } from '../../test/command.ts'
import { createEmptyDatabase } from '../../test/database.ts'
import type { TestDatabase } from '../../test/database.ts'
import { findEmbeddedPostgres, startEmbeddedPostgres } from '../infra/db-embedded.ts'
import { readMigrations } from '../infra/migration-files.ts'

// Each test starts whole processes, on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000 })

let folder: string
let database: TestDatabase

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parley-cli-'))
  database = await createEmptyDatabase()
})

afterEach(async () => {
  await database.drop()
  await rm(folder, { recursive: true, force: true })
})

describe('parley', () => {
  it('says what it can do', async () => {
    const { code, output } = await runCommand(['--help'])
    expect(code).toBe(0)
    for (const command of ['serve', 'migrate', 'doctor']) expect(output).toContain(`  ${command} `)
  })

  it.each([
    [['nonsense'], {}, "error: unknown command 'nonsense'"],
    [['migrate', 'up'], { PORT: 'x' }, 'unable to read the settings; PORT must be a whole number'],
    [['serve'], { DOCS: 'yes' }, 'unable to read the settings; DOCS must be one of on, off'],
    [
      ['migrate', 'up'],
      { DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/none' },
      'unable to reach the database; connect ECONNREFUSED 127.0.0.1:1',
    ],
    [['migrate', 'down', 'all'], {}, "error: command-argument value 'all' is invalid"],
    [['migrate', 'create', 'No Name'], {}, 'unable to create a migration; "No Name" is not a name'],
  ])(
    'answers what is wrong in %j with one sentence and exit code 1',
    async (args, settings, sentence) => {
      const { code, output } = await runCommand(args, { DATA_DIR: folder, ...settings })
      expect(code).toBe(1)
      expect(output).toContain(sentence)
      expect(output.trim().split('\n')).toHaveLength(1)
    },
  )
})

describe('parley migrate', () => {
  it('goes up, lists, goes down and redoes', async () => {
    const settings = { DATABASE_URL: database.url }
    const names = (await readMigrations()).map(({ name }) => name)
    const last = names.at(-1)
    const lines = async (...args: string[]) => {
      const { code, output } = await runCommand(['migrate', ...args], settings)
      expect({ args, code }).toEqual({ args, code: 0 })
      return output.trim().split('\n')
    }
    expect(await lines('up')).toEqual(names.map((name) => `applied ${name}`))
    expect(await lines('up')).toEqual(['nothing to do'])
    expect(await lines('redo')).toEqual([`took back and applied ${last}`])
    expect(await lines('down')).toEqual([`took back ${last}`])
    const status = await lines('status')
    expect(status).toHaveLength(names.length)
    expect(status[0]).toMatch(new RegExp(`^${names[0]} +\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z$`))
    expect(status.at(-1)).toMatch(new RegExp(`^${last} +pending$`))
  })

  it('works on the embedded database of a Parley that is running', async () => {
    const embedded = await startEmbeddedPostgres({
      dataDir: folder,
      log: () => {},
      settings: { fsync: 'off' },
    })
    try {
      const { code, output } = await runCommand(['migrate', 'up'], { DATA_DIR: folder })
      expect({ code, output }).toEqual({
        code: 0,
        output: expect.stringContaining('applied 0001_'),
      })
      expect(await findEmbeddedPostgres(folder)).toBe(embedded.connectionString)
    } finally {
      await embedded.stop()
    }
  })

  it('starts the embedded database where none is running, and leaves none behind', async () => {
    const { code } = await runCommand(['migrate', 'up'], { DATA_DIR: folder })
    expect(code).toBe(0)
    expect(await readdir(folder)).toContain('postgres')
    expect(await findEmbeddedPostgres(folder)).toBeNull()
  })
})

describe('parley doctor', () => {
  it('finds everything well', async () => {
    const redis = inject('redisUrl')
    const { code, output } = await runCommand(['doctor'], {
      DATABASE_URL: database.url,
      MIGRATE: 'auto',
      PORT: '0',
      ...(redis && { REDIS_URL: redis }),
    })
    expect(output).not.toMatch(/^(warn|fail)/m)
    expect(output).toMatch(/^ok {3}PostgreSQL \d+\.\d+ answers$/m)
    expect(output).toMatch(redis ? /^ok {3}Redis \d+\.\d+\.\d+ answers$/m : /^ok {3}no REDIS_URL/m)
    expect(code).toBe(0)
  })

  it('names all that is wrong at once, and exits 1', async () => {
    const { code, output } = await runCommand(['doctor'], {
      DATABASE_URL: database.url,
      REDIS_URL: 'redis://127.0.0.1:1',
      HOST: '192.0.2.1',
    })
    expect(output).toMatch(/^fail pending migrations: 0001_.*; run "parley migrate up"$/m)
    expect(output).toMatch(/^fail unable to reach Redis; connect ECONNREFUSED 127\.0\.0\.1:1$/m)
    expect(output).toMatch(
      /^warn port 3000 on 192\.0\.2\.1 cannot be listened on now; listen EADDRNOTAVAIL/m,
    )
    expect(code).toBe(1)
  })

  it('warns of a database that knows ASCII letters only', async () => {
    const name = `parley_c_${process.pid}`
    const admin = { DATABASE_URL: inject('databaseUrl') }
    const plain = new URL(admin.DATABASE_URL)
    plain.pathname = `/${name}`
    const client = new Client({ connectionString: admin.DATABASE_URL })
    await client.connect()
    try {
      await client.query(
        `create database ${name} template template0 encoding 'SQL_ASCII' locale 'C'`,
      )
      const { code, output } = await runCommand(['doctor'], { DATABASE_URL: plain.href, PORT: '0' })
      expect(output).toMatch(/^fail the database is in SQL_ASCII; create it with encoding UTF8$/m)
      expect(output).toMatch(
        /^warn the database has the locale C, so search finds ASCII letters only/m,
      )
      expect(code).toBe(1)
    } finally {
      await client.query(`drop database if exists ${name} with (force)`)
      await client.end()
    }
  })
})
