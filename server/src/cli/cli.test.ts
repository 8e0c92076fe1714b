import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, inject, it, vi } from 'vitest'
import { runCommand, startServer } from '../../test/command.ts'
import { createEmptyDatabase, createTestDatabase } from '../../test/database.ts'
import type { TestDatabase } from '../../test/database.ts'
import { apiDocuments } from '../api.ts'
import { findEmbeddedPostgres, startEmbeddedPostgres } from '../infra/db-embedded.ts'
import { readMigrations } from '../infra/migration-files.ts'

// Each test starts whole processes, on a machine that may be busy.
vi.setConfig({ testTimeout: 120_000 })

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
    for (const command of ['serve', 'migrate', 'user', 'keys', 'openapi', 'doctor'])
      expect(output).toContain(`  ${command} `)
  })

  it.each([
    [['nonsense'], {}, "error: unknown command 'nonsense'"],
    [['migrate', 'up'], { PORT: 'x' }, 'unable to read the settings; PORT must be a whole number'],
    [
      ['migrate', 'up'],
      { DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/none' },
      'unable to reach the database; connect ECONNREFUSED 127.0.0.1:1',
    ],
  ])(
    'answers what is wrong in %j with one sentence and exit code 1',
    async (args, settings, sentence) => {
      const { code, output } = await runCommand(args, {
        settings: { DATA_DIR: folder, ...settings },
      })
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
      const { code, output } = await runCommand(['migrate', ...args], { settings })
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
      const { code, output } = await runCommand(['migrate', 'up'], {
        settings: { DATA_DIR: folder },
      })
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
    const { code } = await runCommand(['migrate', 'up'], { settings: { DATA_DIR: folder } })
    expect(code).toBe(0)
    expect(await readdir(folder)).toContain('postgres')
    expect(await findEmbeddedPostgres(folder)).toBeNull()
  })
})

describe('parley user', () => {
  const password = 'correct horse battery'

  it('creates, promotes and sets passwords, beside a server on its embedded database', async () => {
    const settings = { DATA_DIR: folder, REGISTRATION: 'closed', BCRYPT_COST: '4' }
    const { command, url } = await startServer({ settings })
    try {
      const user = (args: string[], input = '') =>
        runCommand(['user', ...args], { settings, input })
      const login = async (text: string) => {
        const body = JSON.stringify({ login: 'anna', password: text })
        const headers = { 'content-type': 'application/json' }
        const answer = await fetch(`${url}/v1/auth/login`, { method: 'POST', headers, body })
        return { status: answer.status, body: await answer.json() }
      }
      expect(
        await user(['create', 'Anna', '--email', 'anna@example.org'], `${password}\n`),
      ).toEqual({
        code: 0,
        output: expect.stringMatching(/^created anna, user, [\da-f-]{36}\n$/),
      })
      expect(await user(['promote', 'anna@example.org'])).toEqual({
        code: 0,
        output: 'anna is admin now\n',
      })
      expect(await login(password)).toMatchObject({
        status: 200,
        body: { user: { role: 'admin' } },
      })

      expect(await user(['reset-password', 'anna'], 'another staple 9\n')).toMatchObject({
        code: 0,
      })
      expect((await login(password)).status).toBe(401)
      expect((await login('another staple 9')).status).toBe(200)

      expect(await user(['delete', 'anna', '--yes'])).toMatchObject({
        code: 1,
        output: expect.stringContaining('this is the last administrator of the server'),
      })
      await user(['create', 'ben'], `${password}\n`)
      expect(await user(['delete', 'ben'], 'no\n')).toMatchObject({
        code: 1,
        output: expect.stringContaining('nothing was done'),
      })
      expect(await user(['delete', 'ben', '--erase-texts'], 'ben\n')).toMatchObject({
        code: 0,
        output: expect.stringContaining('ben is deleted'),
      })
      expect((await user(['promote', 'ben'])).output).toContain('there is no such user')
    } finally {
      command.kill('SIGTERM')
      await command.ended
    }
  })

  it.skipIf(inject('redisUrl') === null)('tells running nodes at once, by Redis', async () => {
    const migrated = await createTestDatabase()
    const settings = {
      DATABASE_URL: migrated.url,
      DATA_DIR: folder,
      REDIS_URL: inject('redisUrl') ?? '',
      BCRYPT_COST: '4',
    }
    const { command, url } = await startServer({ settings })
    try {
      const body = JSON.stringify({ username: 'ben', email: 'ben@example.org', password })
      const headers = { 'content-type': 'application/json' }
      const registered = await fetch(`${url}/v1/auth/register`, { method: 'POST', headers, body })
      const { session } = (await registered.json()) as { session: { accessToken: string } } // api.md
      const me = async () => {
        const authorization = `Bearer ${session.accessToken}`
        return (await fetch(`${url}/v1/users/me`, { headers: { authorization } })).status
      }
      expect(await me()).toBe(200)
      expect(command.output()).toContain('they must all share that folder; else set S3_ENDPOINT')
      const { code } = await runCommand(['user', 'reset-password', 'ben'], {
        settings,
        input: 'another staple 9',
      })
      expect(code).toBe(0)
      await vi.waitFor(async () => expect(await me()).toBe(401), { timeout: 1000 })
    } finally {
      command.kill('SIGTERM')
      await command.ended
      await migrated.drop()
    }
  })

  it.each([
    [
      ['create', 'a b'],
      password,
      'unable to create user; the request does not match its description (/username',
    ],
    [['promote', 'nobody'], '', 'unable to promote user; there is no such user'],
  ])('answers %j with one sentence and exit code 1', async (args, input, sentence) => {
    const migrated = await createTestDatabase()
    const settings = { DATABASE_URL: migrated.url, BCRYPT_COST: '4' }
    const { code, output } = await runCommand(['user', ...args], { settings, input })
    await migrated.drop()
    expect({ code, output }).toEqual({ code: 1, output: expect.stringContaining(sentence) })
    expect(output.trim().split('\n')).toHaveLength(1)
  })
})

describe('parley user, without passwords', () => {
  it.each(['create', 'reset-password'])('%s says so before anybody types one', async (name) => {
    const { code, output } = await runCommand(['user', name, 'ann'], {
      settings: {
        PASSWORDS: 'off',
        TRUSTED_ISSUER: 'https://a.example',
        TRUSTED_AUDIENCE: 'parley',
      },
    })
    expect(code).toBe(1)
    expect(output).toContain('; PASSWORDS is off: people come by a provider or a product')
    expect(output.trim().split('\n')).toHaveLength(1)
  })
})

describe('parley keys', () => {
  it('rotates those in PostgreSQL, not those of JWT_KEYS', async () => {
    const migrated = await createTestDatabase()
    const settings = { DATABASE_URL: migrated.url }
    const rotate = (more: Record<string, string> = {}, ...options: string[]) =>
      runCommand(['keys', 'rotate', ...options], { settings: { ...settings, ...more } })
    const { code, output } = await rotate()
    expect({ code, output }).toEqual({ code: 0, output: expect.stringMatching(/^made [\w-]{43};/) })
    const atOnce = await rotate({}, '--now')
    expect(atOnce.output).toMatch(/^made [\w-]{43}; running nodes sign with it.* within a minute/)
    const half = 'x'.repeat(43)
    const jwk = { kty: 'OKP', crv: 'Ed25519', kid: 'one', x: half, d: half }
    const refused = await rotate({ JWT_KEYS: JSON.stringify([jwk]) })
    expect(refused.output).toContain('unable to rotate keys; they are those of JWT_KEYS')
    await migrated.drop()
  })
})

describe('parley openapi', () => {
  it('prints what describes the API, and the socket', async () => {
    const { openapi, asyncapi } = apiDocuments()
    const printed = async (...args: string[]): Promise<unknown> =>
      JSON.parse((await runCommand(['openapi', ...args])).output)
    expect(await printed()).toEqual(JSON.parse(JSON.stringify(openapi)))
    expect(await printed('--socket')).toEqual(JSON.parse(JSON.stringify(asyncapi)))
  })
})
