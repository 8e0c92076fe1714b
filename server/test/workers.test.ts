import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ParleyClient } from '@parley/client'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { apiDocuments } from '../src/api.ts'
import { findEmbeddedPostgres } from '../src/infra/db-embedded.ts'
import { runCommand, startServer } from './command.ts'
import type { Command } from './command.ts'
import { ContractCheck } from './contract-check.ts'
import { createTestDatabase } from './database.ts'
import type { TestDatabase } from './database.ts'
import { scrape } from './scrape.ts'
import { startRedisServer } from './servers/redis.ts'

// Each test starts several processes, on a machine that may be busy.
vi.setConfig({ testTimeout: 120_000 })

const redis = await startRedisServer()

describe.skipIf(redis === null)('WORKERS=2', () => {
  const redisUrl = redis?.url ?? ''
  const check = new ContractCheck(apiDocuments())
  const running = new Set<Command>()
  let database: TestDatabase
  let folder: string

  beforeAll(async () => {
    database = await createTestDatabase()
  })
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'parley-workers-'))
  })
  afterEach(async () => {
    for (const command of running) {
      command.kill('SIGKILL')
      await command.ended
    }
    running.clear()
    await rm(folder, { recursive: true, force: true })
  })
  afterAll(async () => {
    await database.drop()
    await redis?.stop()
    check.assertKept()
  })

  const settings = (more: Record<string, string> = {}) => ({
    DATABASE_URL: database.url,
    REDIS_URL: redisUrl,
    WORKERS: '2',
    DATA_DIR: folder,
    BCRYPT_COST: '4',
    ...more,
  })

  async function serve(more: Record<string, string> = {}) {
    const server = await startServer({ settings: settings(more) })
    running.add(server.command)
    return server
  }

  async function person(url: string) {
    const client = new ParleyClient({ url, fetch: check.fetch, WebSocket: check.WebSocket })
    const username = `p${randomUUID().slice(0, 8)}`
    const email = `${username}@example.org`
    const { user } = await client.register({ username, email, password: 'worked at parley' })
    return Object.assign(client, { userId: user.id })
  }
  type Person = Awaited<ReturnType<typeof person>>

  async function roomOf(ada: Person, ben: Person): Promise<string> {
    const body = { clientId: randomUUID(), kind: 'group' as const, name: 'Work' }
    const made = await ada.http.POST('/v1/rooms', { body: { ...body, memberIds: [ben.userId] } })
    return made.data.id
  }

  /** A socket, what it hears, and whether it still stands. */
  async function listener(of: Person) {
    const socket = await of.openSocket()
    const heard: string[] = []
    socket.on('message.created', ({ data }) => heard.push(data.text ?? ''))
    const seen = { socket, heard, isOpen: true }
    void socket.closed.then(() => (seen.isOpen = false))
    return seen
  }

  const workersOf = (command: Command): number[] =>
    [...command.output().matchAll(/worker (\d+) listens/g)].map(([, pid]) => Number(pid))
  const jobsAt = (command: Command): number[] =>
    [...command.output().matchAll(/worker (\d+) removes/g)].map(([, pid]) => Number(pid))

  it('is one server: people on different workers talk, metrics are sums, a worker that dies comes back', async () => {
    const { command, url } = await serve()
    const [ada, ben] = [await person(url), await person(url)]
    const room = await roomOf(ada, ben)
    const listeners = [await listener(ada), await listener(ben), await listener(ada)]
    listeners.push(await listener(ben), await listener(ada), await listener(ben))

    const said = listeners.map((_, at) => `from socket ${at}`)
    const acknowledged = new Map<number, string>()
    const say = async (at: number, text: string) => {
      const clientId = randomUUID()
      const sent = await listeners[at]?.socket.send('message.send', { room, clientId, text })
      if (sent) acknowledged.set(sent.seq, text)
    }
    for (const [at, text] of said.entries()) await say(at, text)
    for (const { heard } of listeners) await vi.waitFor(() => expect(heard).toEqual(said))

    await vi.waitFor(async () => {
      const values = await scrape(url)
      expect(values.get('parley_connections{state="ready"}')).toBe(6)
      expect(values.get('parley_commands_total{type="message.send",result="ok"}')).toBe(6)
      expect(values.get('parley_deliveries_total')).toBe(36)
      expect(values.get('parley_bus_up')).toBe(1)
      expect(values.get('parley_workers')).toBe(2)
    })

    expect(jobsAt(command)).toHaveLength(1)
    const [victim] = jobsAt(command)
    process.kill(victim ?? 0, 'SIGKILL')
    await vi.waitFor(() => expect(command.output()).toContain(`worker ${victim} ended (SIGKILL)`))
    await vi.waitFor(() => expect(workersOf(command)).toHaveLength(3), { timeout: 30_000 })
    // Both had some of them: only those of the dead one have closed.
    await vi.waitFor(() => expect(listeners.some(({ isOpen }) => !isOpen)).toBe(true))
    const left = listeners.findIndex(({ isOpen }) => isOpen)
    expect(left).toBeGreaterThanOrEqual(0)
    await say(left, 'still here')

    const { data } = await ben.http.GET('/v1/rooms/{roomId}/messages', {
      params: { path: { roomId: room }, query: {} },
    })
    expect(new Map(data.items.map(({ seq, text }) => [seq, text]))).toEqual(acknowledged)
    const values = await scrape(url)
    // What the dead worker had counted is still counted.
    expect(values.get('parley_commands_total{type="message.send",result="ok"}')).toBe(7)
    expect(values.get('parley_worker_restarts_total')).toBe(1)
    // Its jobs have gone to the one that took its place.
    const [, heir] = jobsAt(command)
    expect(workersOf(command).at(-1)).toBe(heir)
    expect(values.get('parley_workers')).toBe(2)

    for (const { socket } of listeners) socket.close()
    command.kill('SIGTERM')
    expect(await command.ended).toBe(0)
    for (const pid of workersOf(command)) expect(() => process.kill(pid, 0)).toThrow('ESRCH')
  })

  it('S9 drains all workers on SIGTERM, then stops the embedded database, with exit code 0', async () => {
    const { command, url } = await serve({ DATABASE_URL: '' })
    const socket = await (await person(url)).openSocket()
    const told: string[] = []
    socket.on('reconnect', () => told.push('reconnect'))
    // As a terminal or systemd does it: everybody is signalled.
    for (const pid of workersOf(command)) process.kill(pid, 'SIGTERM')
    command.kill('SIGTERM')
    expect(await socket.closed).toMatchObject({ code: 4000 })
    expect(told).toEqual(['reconnect'])
    expect(await command.ended).toBe(0)
    expect(await findEmbeddedPostgres(folder)).toBeNull()
  })

  /** A request whose end never comes: its worker waits for it. Resolves once it was taken up. */
  async function hangingRequest({ command, url }: { command: Command; url: string }) {
    const { hostname, port } = new URL(url)
    const request = connect(Number(port), hostname).on('error', () => undefined)
    request.write('POST /v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n')
    request.write('Content-Length: 100\r\n\r\n{')
    await vi.waitFor(() => expect(command.output()).toContain('/v1/auth/login'))
    return request
  }

  it('ends all of them at once on a second signal', async () => {
    const server = await serve()
    const request = await hangingRequest(server)
    await vi.waitUntil(() => {
      server.command.kill('SIGINT')
      return server.command.output().includes('second signal: exiting at once')
    })
    expect(await server.command.ended).toBe(1)
    request.destroy()
  })

  it('stops the database and exits 1 where a worker dies while it drains', async () => {
    const server = await serve({ DATABASE_URL: '' })
    const request = await hangingRequest(server)
    const { command } = server
    command.kill('SIGTERM')
    // The other one has nothing to wait for.
    await vi.waitFor(() => expect(command.output()).toContain('"stopped"'))
    for (const pid of workersOf(command)) {
      try {
        process.kill(pid, 'SIGKILL')
      } catch {
        // It has ended already.
      }
    }
    expect(await command.ended).toBe(1)
    expect(command.output()).toMatch(/a worker was not drained.*SIGKILL/)
    expect(await findEmbeddedPostgres(folder)).toBeNull()
    request.destroy()
  })

  it('leaves no orphan when the parent is killed', async () => {
    const { command, url } = await serve()
    const socket = await (await person(url)).openSocket()
    command.kill('SIGKILL')
    // That is when nobody holds its output any longer, the workers included.
    expect(await command.ended).toBe('SIGKILL')
    await socket.closed
  })

  it('ends with the sentence of a single process where it cannot start', async () => {
    const refusal = async (more: Record<string, string>) => {
      const { code, output } = await runCommand(['serve'], { settings: settings(more) })
      return { code, sentence: output.trim().split('\n').at(-1), trace: /^ +at /m.test(output) }
    }
    const expected = (sentence: string) => ({ code: 1, sentence, trace: false })
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const { port } = other.address() as AddressInfo // listening on TCP
    expect(await refusal({ PORT: String(port) })).toEqual(
      expected(
        `unable to listen on port ${port}; the port is taken: stop what listens there, or set PORT`,
      ),
    )
    other.close()
    expect(await refusal({ DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/none' })).toEqual(
      expected('unable to reach the database; connect ECONNREFUSED 127.0.0.1:1'),
    )
    expect(await refusal({ REDIS_URL: '' })).toEqual(
      expected(
        'unable to read the settings; WORKERS above 1 needs REDIS_URL, which carries news between the 2 processes',
      ),
    )
  })

  it('serves the sums on METRICS_PORT', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const { port } = other.address() as AddressInfo // listening on TCP
    await new Promise((resolve) => other.close(resolve))
    const { url } = await serve({ METRICS_PORT: String(port) })
    expect((await fetch(`${url}/metrics`)).status).toBe(404)
    const values = await scrape(`http://127.0.0.1:${port}`)
    expect(values.get('parley_workers')).toBe(2)
    expect(values.get('parley_db_pool_connections')).toBeGreaterThanOrEqual(2)
  })
})
