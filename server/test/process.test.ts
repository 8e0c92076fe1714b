import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { findEmbeddedPostgres } from '../src/infra/db-embedded.ts'
import { runCommand, startServer } from './command.ts'
import type { Command } from './command.ts'
import { createEmptyDatabase, createTestDatabase } from './database.ts'
import type { TestDatabase } from './database.ts'

// Each test starts whole processes, on a machine that may be busy.
vi.setConfig({ testTimeout: 120_000 })

/** More than Node lets wait by itself, and what this system allows. */
const crowd = 1000
const somaxconn = await readFile('/proc/sys/net/core/somaxconn', 'utf8').then(Number, () => 0)

const faulty = fileURLToPath(new URL('faulty-server.ts', import.meta.url))

let folder: string
let database: TestDatabase
const running = new Set<Command>()

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parley-process-'))
  database = await createTestDatabase()
})

afterEach(async () => {
  for (const command of running) {
    command.kill('SIGKILL')
    await command.ended
  }
  running.clear()
  await database.drop()
  await rm(folder, { recursive: true, force: true })
})

async function serve(settings: Record<string, string>, file?: string) {
  const server = await startServer({ settings, ...(file && { file }) })
  running.add(server.command)
  return server
}

/** A request whose end never comes: the server must wait for it before it may stop. */
async function hangingRequest(url: string) {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname).on('error', () => {})
  await once(socket, 'connect')
  socket.write('POST /v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n')
  socket.write('Content-Length: 100\r\n\r\n{')
  // Answered on the same connection only after the request before was taken up.
  await fetch(`${url}/healthz`)
  return socket
}

const isReady = async (url: string) => (await fetch(`${url}/readyz`)).status

describe('parley serve', () => {
  it('starts on embedded defaults, says where everything is, and stops clean on SIGTERM', async () => {
    const { command, url } = await serve({ DATA_DIR: folder })
    expect(await isReady(url)).toBe(200)
    expect(command.output()).toContain(`the API documentation is at ${url}/docs`)
    expect(command.output()).toContain(`the data is in ${folder}`)
    expect(command.output()).toContain('this is one node on embedded defaults')

    command.kill('SIGTERM')
    expect(await command.ended).toBe(0)
    expect(command.output()).toContain('stopped')
    expect(await findEmbeddedPostgres(folder)).toBeNull()
    expect(await readFile(join(folder, 'postgres.log'), 'utf8')).toMatch(
      /database system is shut down\n$/,
    )
  })

  it('finishes the request under way before it stops, and takes no new one', async () => {
    const { command, url } = await serve({ DATABASE_URL: database.url })
    const socket = await hangingRequest(url)
    command.kill('SIGTERM')
    await vi.waitFor(() => expect(fetch(`${url}/healthz`)).rejects.toThrow('fetch failed'))

    let answer = ''
    socket.on('data', (data: Buffer) => (answer += data.toString()))
    socket.write(`"login":"nobody","password":"not-hers"}`.padEnd(99))
    await once(socket, 'close')
    expect(answer).toMatch(/^HTTP\/1\.1 401 /)
    expect(answer).toMatch(/\r\nconnection: close\r\n/i)
    expect(await command.ended).toBe(0)
  })

  it('ends at once on a second signal, but takes one that comes twice for one', async () => {
    const { command, url } = await serve({ DATABASE_URL: database.url })
    const socket = await hangingRequest(url)
    command.kill('SIGINT')
    command.kill('SIGINT')
    await vi.waitFor(() => expect(command.output()).toContain('draining'))
    await vi.waitUntil(() => {
      expect(command.output().match(/"draining"/g)).toHaveLength(1)
      command.kill('SIGTERM')
      return command.output().includes('second signal: exiting at once')
    })
    expect(await command.ended).toBe(1)
    socket.destroy()
  })

  it.skipIf(somaxconn < crowd)('lets a crowd connect while it is busy', async () => {
    const { command, url } = await serve({ DATABASE_URL: database.url })
    const { hostname, port } = new URL(url)
    command.kill('SIGSTOP')
    let connected = 0
    const sockets = Array.from({ length: crowd }, () =>
      connect(Number(port), hostname, () => connected++).on('error', () => {}),
    )
    await vi.waitFor(() => expect(connected).toBe(crowd))
    command.kill('SIGCONT')
    for (const socket of sockets) socket.destroy()
    expect(await isReady(url)).toBe(200)
  })

  it('logs and counts a rejection nobody handles, and lives', async () => {
    const { command, url } = await serve({ DATABASE_URL: database.url }, faulty)
    expect((await fetch(`${url}/v1/test/rejection`, { method: 'POST' })).status).toBe(204)
    await vi.waitFor(() => expect(command.output()).toContain('nobody listens'))
    const metrics = await (await fetch(`${url}/metrics`)).text()
    expect(metrics).toContain('\nparley_unhandled_rejections_total 1\n')
    expect(await isReady(url)).toBe(200)
  })

  it('logs an exception nobody catches, drains and exits 1', async () => {
    const { command, url } = await serve({ DATABASE_URL: database.url }, faulty)
    await fetch(`${url}/v1/test/exception`, { method: 'POST' }).catch(() => {})
    expect(await command.ended).toBe(1)
    expect(command.output()).toMatch(/nobody catches.*uncaught exception: draining/)
    expect(command.output()).toContain('stopped')
  })
})

/** How a start ended: the exit code, the last line, and whether there was a stack trace. */
async function refusal(settings: Record<string, string>) {
  const { code, output } = await runCommand(['serve'], { settings })
  return { code, sentence: output.trim().split('\n').at(-1), trace: /^ +at /m.test(output) }
}

const expected = (sentence: string) => ({
  code: 1,
  sentence: expect.stringContaining(sentence),
  trace: false,
})

describe('parley serve refuses to start, with one sentence and exit code 1,', () => {
  it('where the port is taken, and leaves no database running', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const { port } = other.address() as AddressInfo // listening on TCP
    expect(await refusal({ DATA_DIR: folder, PORT: String(port) })).toEqual(
      expected(
        `unable to listen on port ${port}; the port is taken: stop what listens there, or set PORT`,
      ),
    )
    const metrics = { PORT: '0', METRICS_PORT: String(port) }
    expect(await refusal({ DATABASE_URL: database.url, ...metrics })).toEqual(
      expected(
        `unable to listen on port ${port}; the port is taken: stop what listens there, or set METRICS_PORT`,
      ),
    )
    expect(await findEmbeddedPostgres(folder)).toBeNull()
    other.close()
  })

  it('where the address is not this machine’s', async () => {
    expect(await refusal({ DATABASE_URL: database.url, HOST: '192.0.2.1' })).toEqual(
      expected('unable to listen on 192.0.2.1; this machine has no such address: set HOST'),
    )
  })

  it('where migrations are pending', async () => {
    const empty = await createEmptyDatabase()
    expect(await refusal({ DATABASE_URL: empty.url })).toEqual(
      expected('run "parley migrate up", or set MIGRATE=auto'),
    )
    await empty.drop()
  })

  it('where the database does not answer', async () => {
    expect(await refusal({ DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/none' })).toEqual(
      expected('unable to reach the database; connect ECONNREFUSED 127.0.0.1:1'),
    )
  })

  it('where another Parley uses the data directory', async () => {
    await serve({ DATA_DIR: folder })
    expect(await refusal({ DATA_DIR: folder, PORT: '0' })).toEqual(
      expected(`another Parley is already using ${folder}`),
    )
  })
})
