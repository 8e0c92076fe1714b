import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { afterEach, beforeEach, describe, expect, inject, it, vi } from 'vitest'
import { runCommand } from '../../test/command.ts'
import { createEmptyDatabase, createTestDatabase } from '../../test/database.ts'
import type { TestDatabase } from '../../test/database.ts'

// Each test starts whole processes, on a machine that may be busy.
vi.setConfig({ testTimeout: 120_000 })

let folder: string
let database: TestDatabase

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parley-doctor-'))
  database = await createEmptyDatabase()
})

afterEach(async () => {
  await database.drop()
  await rm(folder, { recursive: true, force: true })
})

describe('parley doctor', () => {
  it('finds everything well', async () => {
    const redis = inject('redisUrl')
    const { code, output } = await runCommand(['doctor'], {
      settings: {
        DATABASE_URL: database.url,
        DATA_DIR: folder,
        MIGRATE: 'auto',
        PORT: '0',
        ...(redis && { REDIS_URL: redis }),
      },
    })
    expect(output).not.toMatch(/^(warn|fail)/m)
    expect(output).toMatch(/^ok {3}PostgreSQL \d+\.\d+ answers$/m)
    expect(output).toMatch(redis ? /^ok {3}Redis \d+\.\d+\.\d+ answers$/m : /^ok {3}no REDIS_URL/m)
    expect(code).toBe(0)
  })

  it('names all that is wrong at once, and exits 1', async () => {
    const { code, output } = await runCommand(['doctor'], {
      settings: {
        DATABASE_URL: database.url,
        DATA_DIR: '/dev/null/data',
        REDIS_URL: 'redis://127.0.0.1:1',
        S3_ENDPOINT: 'http://127.0.0.1:9/parley',
        S3_ACCESS_KEY_ID: 'id',
        S3_SECRET_ACCESS_KEY: 'key',
        HOST: '192.0.2.1',
      },
    })
    expect(output).toMatch(/^fail pending migrations: 0001_.*; run "parley migrate up"$/m)
    expect(output).toMatch(/^fail DATA_DIR \/dev\/null\/data cannot be written to; \S+/m)
    expect(output).toMatch(/^fail unable to reach S3_ENDPOINT; \S+/m)
    expect(output).toMatch(/^fail unable to reach Redis; connect ECONNREFUSED 127\.0\.0\.1:1$/m)
    expect(output).toMatch(
      /^warn port 3000 on 192\.0\.2\.1 cannot be listened on now; listen EADDRNOTAVAIL/m,
    )
    expect(code).toBe(1)
  })

  it('with PASSWORDS=off says how many that shuts out, and nothing before there are tables', async () => {
    const product = { TRUSTED_ISSUER: 'https://a.example', TRUSTED_AUDIENCE: 'parley' }
    const common = { PASSWORDS: 'off', ...product, DATA_DIR: folder, PORT: '0' }
    const examine = async (url: string) =>
      (await runCommand(['doctor'], { settings: { ...common, DATABASE_URL: url } })).output
    expect(await examine(database.url)).not.toContain('password')
    const migrated = await createTestDatabase()
    const client = new Client({ connectionString: migrated.url })
    await client.connect()
    try {
      const add = (name: string, hash: string | null) =>
        client.query<{ id: string }>(
          `insert into users (id, username, display_name, password_hash, created_at, updated_at)
            values (gen_random_uuid(), $1, $1, $2, now(), now()) returning id`,
          [name, hash],
        )
      await add('imported', null)
      const { rows } = await add('ann', 'a hash')
      expect(await examine(migrated.url)).toMatch(/^warn 1 of the people have nothing but a pass/m)
      await client.query(
        `insert into identities (id, user_id, issuer, subject, created_at, last_used_at)
          values (gen_random_uuid(), $1, 'https://a.example', 'ann', now(), now())`,
        [rows[0]?.id],
      )
      expect(await examine(migrated.url)).toMatch(
        /^ok {3}everybody can sign in without a password/m,
      )
    } finally {
      await client.end()
      await migrated.drop()
    }
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
      const { code, output } = await runCommand(['doctor'], {
        settings: { DATABASE_URL: plain.href, DATA_DIR: folder, PORT: '0' },
      })
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
