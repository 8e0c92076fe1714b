import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest'
import { createEmptyDatabase } from '../../test/database.ts'
import type { TestDatabase } from '../../test/database.ts'
import { startEmbeddedPostgres } from './db-embedded.ts'
import {
  createMigration,
  migrationsFolder,
  readMigrations,
  renderChecksums,
} from './migration-files.ts'
import {
  checkMigrations,
  migrateDown,
  migrateUp,
  migrationStatus,
  pendingMigrations,
  redoMigration,
} from './migrate.ts'

let database: TestDatabase
let folder: string

beforeEach(async () => {
  database = await createEmptyDatabase()
  folder = await mkdtemp(join(tmpdir(), 'parley-migrations-'))
})

afterEach(async () => {
  await database.drop()
  await rm(folder, { recursive: true })
})

async function put(name: string, up: string, down: string, head = ''): Promise<void> {
  await writeFile(
    join(folder, `${name}.sql`),
    `${head}\n-- Up Migration\n${up}\n-- Down Migration\n${down}\n`,
  )
}

async function seal(): Promise<void> {
  await writeFile(join(folder, 'checksums.json'), await renderChecksums(folder))
}

async function query<Row extends object>(text: string, url = database.url): Promise<Row[]> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query<Row>(text)).rows
  } finally {
    await client.end()
  }
}

function tables(url = database.url): Promise<{ name: string }[]> {
  return query(
    `select relname as name from pg_class
     where relnamespace = 'public'::regnamespace and relkind in ('r', 'v', 'S')
       and relname not like 'parley_migrations%' order by 1`,
    url,
  )
}

const rows = `
  insert into users (id, username, display_name, email, created_at, updated_at) values
    ('00000000-0000-7000-8000-000000000001', 'anna', 'Anna', 'a@example.org', now(), now()),
    ('00000000-0000-7000-8000-000000000002', 'ben', 'Ben', null, now(), now());
  insert into blocks select a.id, b.id, now() from users a, users b where a.username < b.username;
  insert into audit_log (id, at, actor_id, action)
    select gen_random_uuid(), now(), id, 'role.changed' from users;
  insert into sessions (id, user_id, device_name, address, user_agent, created_at, last_used_at,
      expires_at, refresh_hash, rotated_at)
    select gen_random_uuid(), id, 'phone', '::1', 'test', now(), now(), now(), id::text::bytea, now()
    from users;
  insert into used_refresh_tokens select refresh_hash, id, created_at from sessions;
  insert into mail_tokens (token_hash, purpose, user_id, email, created_at, expires_at)
    select id::text::bytea, 'verify_email', id, username, now(), now() from users;
  insert into invitations (id, token_hash, note, created_by, created_at, expires_at, max_uses)
    select gen_random_uuid(), id::text::bytea, '', id, now(), now(), 1 from users;
  insert into pending_registrations
    select id::text::bytea, username, username, '', '', now(), now() from users;
  insert into personal_tokens (id, user_id, name, token_hash, scopes, created_at)
    select gen_random_uuid(), id, '', id::text::bytea, '{rooms:read}', now() from users;
  insert into totp_factors (user_id, secret, created_at) select id, 'S', now() from users;
  insert into recovery_codes select id, id::text::bytea from users;
  insert into last_seen select id, now() from users;
  insert into unused_files values ('pictures/a.webp', now());
  insert into profile_fields values ('pronouns', 'Pronouns', 'text', 40, 1);
  insert into profile_values select id, 'pronouns', 'she' from users;
  insert into data_exports (id, user_id, state, requested_at, expires_at, link_key)
    select gen_random_uuid(), id, 'waiting', now(), now(), 'k' from users;
  insert into text_erasures select id, now() from users;
  insert into passkeys (id, user_id, name, credential_id, public_key, counter, transports, backed_up,
      created_at)
    select gen_random_uuid(), id, '', id::text::bytea, '', 0, '{}', false, now() from users;
  insert into passkey_challenges select id::text::bytea, id, now() from users;
  insert into identities (id, user_id, issuer, subject, created_at, last_used_at)
    select id, id, 'https://login.example.org', username, now(), now() from users;
  insert into openid_logins values ('s', 'p', 'n', 'v', 'b', false, '/', null, null, null, now());
  insert into openid_tickets values ('t', 'p', 'b', null, null, null, '{}', now());
  insert into foreign_sessions select id, user_id, '' from sessions;
  insert into erased_identities values ('h', now());
  insert into server_keys (id, purpose, secret, created_at) values ('k', 'access_token', 's', now());
  insert into rooms (id, kind, name, created_by, last_seq, created_at)
    select gen_random_uuid(), 'group', 'Group', id, 2, now() from users;
  insert into members (room_id, user_id, role, joined_at, joined_seq, visible_from, version, read_seq)
    select r.id, u.id, 'member', now(), 1, 1, 1, 1 from rooms r, users u;
  insert into messages (room_id, seq, author_id, client_id, text, version, created_at)
    select id, 2, created_by, gen_random_uuid(), 'hello', 2, now() from rooms;
  insert into room_changes (room_id, seq, type, actor_id, subject_id, at)
    select id, 1, 'member.joined', created_by, created_by, now() from rooms`

/** The tables made, those a row was put into, those left after the way down, and those made again. */
async function roundTrip(url: string) {
  const names = (await readMigrations()).map(({ name }) => name)
  await migrateUp({ url })
  const made = await tables(url)
  await query(rows, url)
  const filled = await Promise.all(
    made.map(({ name }) => query(`select '${name}' as name from ${name} limit 1`, url)),
  )
  await migrateDown({ url }, names.length)
  const left = await tables(url)
  await migrateUp({ url })
  await query(rows, url)
  return { made, filled: filled.flat(), left, again: await tables(url) }
}

describe('the committed migrations', () => {
  it('go up, down to nothing and up again with rows in every table', async () => {
    const { made, filled, left, again } = await roundTrip(database.url)
    expect(made).toContainEqual({ name: 'room_log' })
    expect({ filled, left, again }).toEqual({ filled: made, left: [], again: made })
  })

  it.skipIf(inject('postgres15') === null)('do so on PostgreSQL 15 too', async () => {
    const binDir = inject('postgres15') ?? undefined
    const server = await startEmbeddedPostgres({
      dataDir: folder,
      log: () => {},
      settings: { fsync: 'off' },
      ...(binDir && { binDir }),
    })
    try {
      const { made, filled, left, again } = await roundTrip(server.connectionString)
      expect({ filled, left, again }).toEqual({ filled: made, left: [], again: made })
    } finally {
      await server.stop()
    }
  })

  it('are sealed, every one', async () => {
    const committed = await readFile(join(migrationsFolder, 'checksums.json'), 'utf8')
    expect(committed).toBe(await renderChecksums())
  })

  it('give up soon where a table is locked, in both directions', async () => {
    for (const { name, up, down, transaction } of await readMigrations()) {
      if (!transaction) continue
      expect(up[0], `${name} up`).toMatch(/^\s*set local lock_timeout/)
      expect(down[0], `${name} down`).toMatch(/^\s*set local lock_timeout/)
    }
  })
})

describe('migrating', () => {
  it('happens once when two nodes start at once', async () => {
    const options = { url: database.url }
    const [one, two] = await Promise.all([migrateUp(options), migrateUp(options)])
    expect([...one, ...two]).toHaveLength((await readMigrations()).length)
  })

  it('lists what is applied and what is pending, and changes nothing by it', async () => {
    await put('0001_one', 'create table one ()', 'drop table one')
    await put('0002_two', 'create table two ()', 'drop table two')
    const options = { url: database.url, folder }
    expect(await migrationStatus(options)).toEqual([
      { name: '0001_one', appliedAt: null },
      { name: '0002_two', appliedAt: null },
    ])
    await expect(checkMigrations(options)).rejects.toThrow(
      'unable to use the database; it lacks 0001_one and 1 more: run "parley migrate up", or set MIGRATE=auto',
    )
    expect(await query('select from pg_tables where tablename like $$parley%$$')).toEqual([])

    await migrateUp(options)
    const [one] = await migrationStatus(options)
    expect(Date.now() - Number(one?.appliedAt)).toBeLessThan(60_000)
    expect(await pendingMigrations(options)).toEqual([])
    await checkMigrations(options)
  })

  it('takes back as many as asked for, and none for zero', async () => {
    for (const n of [1, 2, 3])
      await put(`000${n}_t${n}`, `create table t${n} ()`, `drop table t${n}`)
    const options = { url: database.url, folder }
    await migrateUp(options)
    expect(await migrateDown(options, 0)).toEqual([])
    expect(await migrateDown(options, 2)).toEqual(['0003_t3', '0002_t2'])
    expect(await tables()).toEqual([{ name: 't1' }])
  })

  it('redoes the last one only', async () => {
    await put('0001_one', 'create table one ()', 'drop table one')
    await put('0002_two', 'create table two ()', 'drop table two')
    const options = { url: database.url, folder }
    await migrateUp(options)
    await query('alter table one add a int; alter table two add a int')
    expect(await redoMigration(options)).toEqual(['0002_two'])
    expect(
      await query(`select attrelid::regclass::text as name from pg_attribute
        where attname = 'a' and attrelid in ('one'::regclass, 'two'::regclass)`),
    ).toEqual([{ name: 'one' }])
  })

  it('leaves nothing of a migration that fails, says which and why, and can be tried again', async () => {
    await put('0001_one', 'create table one ()', 'drop table one')
    await put('0002_bad', 'create table two (); select 1 / 0', 'drop table two')
    const options = { url: database.url, folder }
    await expect(migrateUp(options)).rejects.toThrow(
      'unable to migrate 0002_bad up; division by zero',
    )
    expect(await tables()).toEqual([{ name: 'one' }])
    expect(await pendingMigrations(options)).toEqual(['0002_bad'])

    await put('0002_bad', 'create table two ()', 'drop table two')
    expect(await migrateUp(options)).toEqual(['0002_bad'])
  })

  it('builds an index concurrently while another node waits for its turn', async () => {
    await put('0001_big', 'create table big (n int)', 'drop table big')
    await put(
      '0002_index',
      'drop index concurrently if exists big_n;\ncreate index concurrently big_n on big (n);',
      'drop index concurrently big_n;',
      '-- No Transaction',
    )
    const options = { url: database.url, folder }
    const done = await Promise.all([1, 2, 3].map(() => migrateUp(options)))
    expect(done.flat()).toEqual(['0001_big', '0002_index'])
    expect(
      await query(`select indisvalid from pg_index where indexrelid = 'big_n'::regclass`),
    ).toEqual([{ indisvalid: true }])
    expect(await migrateDown(options, 2)).toEqual(['0002_index', '0001_big'])
  })
})

describe('a database that does not fit', () => {
  it('is refused when a newer release migrated it', async () => {
    await put('0001_one', 'create table one ()', 'drop table one')
    await put('0002_two', 'create table two ()', 'drop table two')
    const options = { url: database.url, folder }
    await migrateUp(options)
    await rm(join(folder, '0002_two.sql'))
    const sentence =
      'unable to use the database; it was migrated by a newer Parley (0002_two is not known here)'
    await expect(checkMigrations(options)).rejects.toThrow(sentence)
    await expect(migrateUp(options)).rejects.toThrow(sentence)
    await expect(migrateDown(options)).rejects.toThrow(sentence)
    expect(await tables()).toEqual([{ name: 'one' }, { name: 'two' }])
    expect((await migrationStatus(options)).map(({ name }) => name)).toEqual([
      '0001_one',
      '0002_two',
    ])
  })

  it('is refused when an applied file reads differently now', async () => {
    await put('0001_one', 'create table one ()', 'drop table one')
    const options = { url: database.url, folder }
    await migrateUp(options)
    await put('0001_one', 'create table one (a int)', 'drop table one')
    await expect(migrateUp(options)).rejects.toThrow(
      'unable to use the database; 0001_one was applied to it from a file that read differently',
    )
  })

  it('is refused when a migration was slipped in before an applied one', async () => {
    await put('0002_two', 'create table two ()', 'drop table two')
    const options = { url: database.url, folder }
    await migrateUp(options)
    await put('0001_one', 'create table one ()', 'drop table one')
    await expect(checkMigrations(options)).rejects.toThrow(
      '0002_two was applied to it before 0001_one',
    )
  })

  it('is named in one sentence when it cannot be reached', async () => {
    await expect(
      migrateUp({ url: 'postgresql://nobody@127.0.0.1:1/none', folder }),
    ).rejects.toThrow('unable to reach the database; connect ECONNREFUSED 127.0.0.1:1')
  })
})

describe('migration files', () => {
  it('stop every start once they are edited after sealing', async () => {
    await put('0001_one', 'create table one ()', 'drop table one')
    await seal()
    await put('0001_one', 'create table one (a int)', 'drop table one')
    const sentence = '0001_one.sql was edited after it was sealed in checksums.json'
    await expect(migrateUp({ url: database.url, folder })).rejects.toThrow(sentence)
    await expect(renderChecksums(folder)).rejects.toThrow(sentence)
  })

  it('may be checked out with other line ends', async () => {
    const [first] = await readMigrations()
    const target = join(folder, `${first?.name}.sql`)
    await copyFile(first?.path ?? '', target)
    await seal()
    await writeFile(target, (await readFile(target, 'utf8')).replaceAll('\n', '\r\n'))
    await expect(readMigrations(folder)).resolves.toHaveLength(1)
  })

  it('are refused without a way back', async () => {
    await writeFile(join(folder, '0001_one.sql'), '-- Up Migration\ncreate table one ()\n')
    await expect(readMigrations(folder)).rejects.toThrow('must be named like 0001_users.sql')
  })

  it('are created with the next number, and run as they are', async () => {
    await put('0001_one', 'create table one ()', 'drop table one')
    expect(await createMigration('more_room', folder)).toBe(join(folder, '0002_more_room.sql'))
    const options = { url: database.url, folder }
    expect(await migrateUp(options)).toEqual(['0001_one', '0002_more_room'])
    expect(await migrateDown(options, 2)).toEqual(['0002_more_room', '0001_one'])
    await expect(createMigration('../etc', folder)).rejects.toThrow('"../etc" is not a name')
  })
})
