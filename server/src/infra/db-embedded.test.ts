import {
  mkdir,
  readFile,
  readdir,
  rename,
  stat,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises'
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { Client } from 'pg'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import {
  ask,
  postmasterPid,
  startElsewhere,
  startHere,
  tempFolder,
  until,
  useDataFolders,
} from '../../test/servers/embedded.ts'
import { findEmbeddedPostgres, startEmbeddedPostgres } from './db-embedded.ts'
import { findProcess } from './db-embedded-process.ts'

const dataFolder = useDataFolders()
const gone = async (pid: number) => (await findProcess(pid)) === null

describe('a data directory', () => {
  test('is made once, durable, in Unicode, and closed to the network and to other users', async () => {
    const dataDir = join(await tempFolder(), 'not', 'there', 'yet')
    const server = await startEmbeddedPostgres({ dataDir, log: () => {} })
    onTestFinished(() => server.stop())
    const url = server.connectionString

    for (const [setting, value] of Object.entries({
      fsync: 'on',
      synchronous_commit: 'on',
      full_page_writes: 'on',
      data_checksums: 'on',
      listen_addresses: '',
      server_encoding: 'UTF8',
      unix_socket_permissions: '0700',
      timezone: 'UTC',
    })) {
      expect([setting, await ask(url, `SHOW ${setting}`)]).toEqual([setting, value])
    }
    expect(await ask(url, "SELECT lower('ŁÓDŹ')")).toBe('łódź')
    await ask(url, 'CREATE EXTENSION pg_trgm')
    expect(await ask(url, "SELECT similarity('ŁÓDŹ', 'łódź')")).toBe(1)
    expect(await ask(url, "SELECT array_length(show_trgm('東京 жизнь'), 1)")).toBe(9)
    expect((await stat(join(dataDir, 'postgres'))).mode & 0o777).toBe(0o700)
  })

  test('keeps its data from one start to the next', async () => {
    const dataDir = await dataFolder()
    const first = await startHere(dataDir)
    await ask(first.connectionString, 'CREATE TABLE kept AS SELECT 7 AS n')
    await first.stop()
    const second = await startHere(dataDir)
    expect(second.connectionString).toBe(first.connectionString)
    expect(await ask(second.connectionString, 'SELECT n FROM kept')).toBe(7)
  })

  test('is made anew when an earlier start was cut short inside initdb', async () => {
    const dataDir = await tempFolder()
    const unfinished = join(dataDir, 'postgres.new-a1b2c3')
    await mkdir(join(unfinished, 'base'), { recursive: true })
    await writeFile(join(unfinished, 'PG_VERSION'), '18\n')
    const server = await startHere(dataDir)
    expect(await readdir(dataDir)).toEqual(['postgres', 'postgres.lock', 'postgres.log'])
    expect(await ask(server.connectionString, 'SELECT 1')).toBe(1)
  })

  test('gets its database when an earlier start was cut short before that', async () => {
    const dataDir = await dataFolder()
    const server = await startHere(dataDir)
    const { connectionString: url } = server
    await ask(url.replace('/parley?', '/postgres?'), 'DROP DATABASE parley')
    await server.stop()
    await startHere(dataDir)
    expect(await ask(url, 'SELECT current_database()::text')).toBe('parley')
  })

  test('may be elsewhere, behind a symbolic link', async () => {
    const [dataDir, disk] = [await tempFolder(), await dataFolder()]
    await symlink(join(disk, 'postgres'), join(dataDir, 'postgres'))
    const server = await startElsewhere(dataDir)
    await server.kill()
    const adopted = await startHere(dataDir)
    expect(await ask(adopted.connectionString, 'SHOW data_directory')).toBe(join(disk, 'postgres'))
  })

  test('that vanishes while it runs does not come back as an empty database', async () => {
    const dataDir = await dataFolder()
    const log = vi.fn<(line: string) => void>()
    const server = await startHere(dataDir, { log })
    const pid = await postmasterPid(dataDir)
    await rename(join(dataDir, 'postgres'), join(dataDir, 'moved'))
    process.kill(pid, 'SIGKILL')
    await until(() => log.mock.calls.length >= 2)
    await rename(join(dataDir, 'moved'), join(dataDir, 'postgres'))
    expect(log.mock.lastCall?.[0]).toBe(
      `unable to start embedded PostgreSQL; ${join(dataDir, 'postgres')} is gone`,
    )
    await until(async () => (await findEmbeddedPostgres(dataDir)) !== null)
    expect(await ask(server.connectionString, 'SELECT 1')).toBe(1)
  })

  test('that cannot be written to is told in one sentence', async () => {
    const file = join(await tempFolder(), 'file')
    await writeFile(file, '')
    await expect(startHere(join(file, 'data'))).rejects.toThrow(
      /^unable to start embedded PostgreSQL; ENOTDIR: .*$/,
    )
  })

  test('tells the commands beside a running Parley where its database is', async () => {
    const dataDir = await dataFolder()
    expect(await findEmbeddedPostgres(dataDir)).toBeNull()
    const server = await startHere(dataDir)
    expect(await findEmbeddedPostgres(dataDir)).toBe(server.connectionString)
    await server.stop()
    expect(await findEmbeddedPostgres(dataDir)).toBeNull()
  })
})

describe('a start', () => {
  test('beside another one on the same folder is refused, in this process and elsewhere', async () => {
    const dataDir = await dataFolder()
    const sentence = `unable to start embedded PostgreSQL; another Parley is already using ${dataDir}`
    const both = await Promise.allSettled([startHere(dataDir), startHere(dataDir)])
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    const refused = both.find(({ status }) => status === 'rejected')
    expect(refused).toMatchObject({ reason: { message: sentence } })
    expect((await startElsewhere(dataDir)).error).toBe(sentence)
  })

  test('that PostgreSQL refuses says why in its words', async () => {
    const dataDir = await dataFolder()
    await expect(startHere(dataDir, { settings: { shared_buffers: 'plenty' } })).rejects.toThrow(
      /^unable to start embedded PostgreSQL; exit code 1: FATAL: {2}invalid value for parameter "shared_buffers": "plenty" \(see .*postgres\.log\)$/,
    )
    const server = await startHere(dataDir)
    expect(await ask(server.connectionString, 'SELECT 1')).toBe(1)
  })

  test('puts a log of more than 10 MB aside', async () => {
    const dataDir = await dataFolder()
    const log = join(dataDir, 'postgres.log')
    await writeFile(log, '')
    await truncate(log, 11 * 1024 * 1024)
    await startHere(dataDir)
    expect((await stat(`${log}.1`)).size).toBe(11 * 1024 * 1024)
    expect(await readFile(log, 'utf8')).toContain('ready to accept connections')
  })

  test('under a long path keeps its socket in a closed folder with a short name', async () => {
    const dataDir = await dataFolder('long'.repeat(25))
    const server = await startHere(dataDir)
    const folder = new URL(server.connectionString).searchParams.get('host') ?? ''
    expect(folder.length).toBeLessThan(90)
    expect((await stat(folder)).mode & 0o777).toBe(0o700)
    expect(await ask(server.connectionString, 'SHOW data_directory')).toBe(
      join(dataDir, 'postgres'),
    )
    await server.stop()
    await expect(stat(folder)).rejects.toThrow('ENOENT')
    await startHere(dataDir)
    expect(await ask(server.connectionString, 'SELECT 1')).toBe(1)
  })
})

describe('after a crash', () => {
  test('of Parley, the next start adopts PostgreSQL and its stop ends it', async () => {
    const dataDir = await dataFolder()
    const killed = await startElsewhere(dataDir)
    const pid = await postmasterPid(dataDir)
    await killed.kill()
    const adopted = await startHere(dataDir)
    expect(await postmasterPid(dataDir)).toBe(pid)
    expect(await ask(adopted.connectionString, 'SELECT 1')).toBe(1)
    await adopted.stop()
    expect(await gone(pid)).toBe(true)
    const log = await readFile(join(dataDir, 'postgres.log'), 'utf8')
    expect(log).toContain('database system is shut down')
  })

  test('of an adopted PostgreSQL it is started again', async () => {
    const dataDir = await dataFolder()
    await (await startElsewhere(dataDir)).kill()
    const adopted = await startHere(dataDir)
    const pid = await postmasterPid(dataDir)
    process.kill(pid, 'SIGKILL')
    await until(async () => (await gone(pid)) && (await findEmbeddedPostgres(dataDir)) !== null)
    expect(await ask(adopted.connectionString, 'SELECT 1')).toBe(1)
  })

  test('of both, with sessions at work, everything committed is there', async () => {
    const dataDir = await dataFolder()
    const server = await startElsewhere(dataDir)
    await ask(server.url, 'CREATE TABLE kept AS SELECT 7 AS n')
    const working = ask(server.url, 'SELECT pg_sleep(60)').catch(() => 'lost')
    const atWork = `SELECT count(*)::int FROM pg_stat_activity WHERE query LIKE '%sleep(60)' AND pid <> pg_backend_pid()`
    await until(async () => (await ask(server.url, atWork)) === 1)
    await server.kill()
    process.kill(await postmasterPid(dataDir), 'SIGKILL')
    const again = await startHere(dataDir)
    expect(await working).toBe('lost')
    expect(await ask(again.connectionString, 'SELECT n FROM kept')).toBe(7)
  })

  test('a stranger that got the dead postmaster’s pid stands in nobody’s way', async () => {
    const dataDir = await dataFolder()
    const server = await startElsewhere(dataDir)
    const pidFile = join(dataDir, 'postgres', 'postmaster.pid')
    const note = await readFile(pidFile, 'utf8')
    const pid = await postmasterPid(dataDir)
    await server.kill()
    process.kill(pid, 'SIGKILL')
    await until(() => gone(pid))
    const stranger = spawn('sleep', ['60'])
    onTestFinished(() => void stranger.kill())
    await writeFile(pidFile, note.replace(/^\d+/, String(stranger.pid)))
    const again = await startHere(dataDir)
    expect(await ask(again.connectionString, 'SELECT 1')).toBe(1)
    expect(stranger.exitCode ?? stranger.signalCode).toBeNull()
  })

  test('a folder whose PostgreSQL runs out of sight, in another container, is not touched', async () => {
    const dataDir = await dataFolder()
    const server = await startElsewhere(dataDir)
    const pidFile = join(dataDir, 'postgres', 'postmaster.pid')
    const note = await readFile(pidFile, 'utf8')
    await server.kill()
    const none = spawn('true')
    await new Promise((resolve) => none.once('exit', resolve))
    await writeFile(pidFile, note.replace(/^\d+/, String(none.pid)))
    await expect(startHere(dataDir)).rejects.toThrow('another Parley is already using')
    await writeFile(pidFile, note)
    await startHere(dataDir)
  })

  test('of PostgreSQL alone it comes back by itself, on the same connection string', async () => {
    const dataDir = await dataFolder()
    const onExit = vi.fn<(reason: string) => void>()
    const server = await startHere(dataDir, { onExit })
    const pid = await postmasterPid(dataDir)
    process.kill(pid, 'SIGKILL')
    await until(async () => (await gone(pid)) && (await findEmbeddedPostgres(dataDir)) !== null)
    expect(await ask(server.connectionString, 'SELECT 1')).toBe(1)
    expect(onExit.mock.calls).toEqual([['SIGKILL']])
  })

  test('a stop while it comes back leaves nothing running', async () => {
    const dataDir = await dataFolder()
    const pids: number[] = []
    const server = await startHere(dataDir, { onExit: () => void server.stop() })
    pids.push(await postmasterPid(dataDir))
    process.kill(pids[0] ?? 0, 'SIGKILL')
    await until(() => gone(pids[0] ?? 0))
    await server.stop()
    expect(await findEmbeddedPostgres(dataDir)).toBeNull()
    await startHere(dataDir)
  })
})

describe('the end', () => {
  test('stop ends sessions at work, and a second stop waits for the same end', async () => {
    const dataDir = await dataFolder()
    const server = await startHere(dataDir)
    const pid = await postmasterPid(dataDir)
    const client = new Client({ connectionString: server.connectionString })
    client.on('error', () => {})
    await client.connect()
    const working = client.query('SELECT pg_sleep(60)').catch((error: Error) => error.message)
    await Promise.all([server.stop(), server.stop()])
    expect(await gone(pid)).toBe(true)
    expect(await working).toContain('terminat')
  })

  test('an exit without a stop ends PostgreSQL too, and the next start waits for that', async () => {
    const dataDir = await dataFolder()
    const server = await startElsewhere(dataDir)
    const pid = await postmasterPid(dataDir)
    await server.say('exit')
    await startHere(dataDir)
    expect(await postmasterPid(dataDir)).not.toBe(pid)
  })

  test('the terminal’s Ctrl-C does not reach PostgreSQL', async () => {
    const dataDir = await dataFolder()
    await startHere(dataDir)
    const pid = await postmasterPid(dataDir)
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
    expect(Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[2])).toBe(pid)
  })
})
