import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { WebSocket } from 'ws'
import { describe, expect, it, vi } from 'vitest'
import { ParleyClient } from '@parley/client'
import { endpoint } from '../src/contract/endpoint.ts'
import { startServer } from './command.ts'
import { createTestDatabase } from './database.ts'
import { statusesOf } from './raw-http.ts'
import { RawSocket } from './raw-socket.ts'
import { startApp } from './start-app.ts'

/** A connection on which this was sent, and all that was answered until the server closed it. */
function dial(url: string, text: string) {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  let answer = ''
  socket.on('data', (data: Buffer) => (answer += data.toString()))
  socket.write(text)
  return { socket, answered: once(socket, 'close').then(() => answer) }
}

/** A route that answers when it is let go. */
function held() {
  let release = (): void => {}
  let begun = false
  const released = new Promise<void>((resolve) => (release = resolve))
  const route = endpoint(
    {
      method: 'GET',
      path: '/v1/test/held',
      id: 'holdOn',
      tag: 'Test',
      summary: 'Answers when it is let go',
      access: 'public',
      answers: { 204: { description: 'Let go.', body: null } },
      errors: [],
    },
    async () => {
      begun = true
      await released
      return { status: 204, body: null }
    },
  )
  return { route, release, hasBegun: () => begun }
}

describe('S9 a server that stops', () => {
  it('tells sockets to come back, says that it is not ready, finishes requests, and is gone', async () => {
    const { route, release, hasBegun } = held()
    const started = await startApp({ endpoints: [route] })
    const people = await Promise.all(['ada', 'ben', 'cora'].map((name) => started.person(name)))
    const sockets = await Promise.all(
      people.map(({ session }) => RawSocket.ready(started.url, session?.accessToken ?? '')),
    )
    const busy = dial(started.url, 'GET /v1/test/held HTTP/1.1\r\nHost: x\r\n\r\n')
    await vi.waitFor(() => expect(hasBegun()).toBe(true))
    const late = dial(started.url, 'GET /readyz HTTP/1.1\r\nHost: x\r\n')
    await fetch(`${started.url}/healthz`) // the lines before it have been read

    const closing = started.close()
    for (const socket of sockets) {
      expect(await socket.closed).toEqual({ code: 4000, reason: 'restarting' })
      const { type, afterMs } = socket.frames.at(-1) ?? {}
      expect(type).toBe('reconnect')
      expect(afterMs).toBeGreaterThanOrEqual(0)
      expect(afterMs).toBeLessThanOrEqual(5000)
    }
    const waits = sockets.map(({ frames }) => frames.at(-1)?.afterMs)
    expect(new Set(waits).size).toBeGreaterThan(1)
    // Nobody new comes in, but whoever is connected is told.
    await vi.waitFor(() => expect(fetch(`${started.url}/healthz`)).rejects.toThrow())
    late.socket.write('\r\n')
    const notReady = await late.answered
    expect(statusesOf(notReady)).toEqual([503])
    expect(notReady).toContain('unable to check readiness; this node is going down')
    release()
    const finished = await busy.answered
    expect(statusesOf(finished)).toEqual([204])
    for (const answer of [notReady, finished]) expect(answer).toMatch(/\r\nconnection: close\r\n/i)
    await closing
  })

  it('loses nothing that it acknowledged, and answers or refuses every send under way', async () => {
    const database = await createTestDatabase()
    const first = await startApp({ databaseUrl: database.url })
    const ada = await first.person('ada')
    const { data: room } = await ada.http.POST('/v1/rooms', {
      body: { clientId: randomUUID(), kind: 'group', name: 'To the end' },
    })
    const socket = await RawSocket.ready(first.url, ada.session?.accessToken ?? '')
    const acknowledged = new Map<string, number>()
    const sends = Array.from({ length: 500 }, async () => {
      const clientId = randomUUID()
      const input = { room: room.id, clientId, text: `number ${clientId}` }
      const reply = await socket.ask('message.send', input).catch(() => undefined)
      if (reply?.ok) acknowledged.set(clientId, Number(reply.data?.seq))
    })
    await vi.waitFor(() => expect(acknowledged.size).toBeGreaterThan(20))
    await first.close()
    await Promise.all(sends)
    const second = await startApp({ databaseUrl: database.url })
    const stored = await historyOf(second.client(ada.session), room.id)
    for (const [clientId, seq] of acknowledged) expect(stored.get(clientId)).toBe(seq)
    await second.close()
    await database.drop()
  })
})

describe('P1 a server that is killed', () => {
  it(
    'and started again has everything it acknowledged, exactly once',
    { timeout: 120_000 },
    async () => {
      const folder = await mkdtemp(join(tmpdir(), 'parley-killed-'))
      const settings = {
        DATA_DIR: folder,
        BCRYPT_COST: '4',
        LIMIT_SCALE: '1000',
        LOG_LEVEL: 'info',
      }
      const killed = await startServer({ settings })
      const ada = new ParleyClient({ url: killed.url, WebSocket })
      await ada.register({
        username: 'ada',
        email: 'ada@example.org',
        password: 'notes on the engine',
      })
      const { data: room } = await ada.http.POST('/v1/rooms', {
        body: { clientId: randomUUID(), kind: 'channel', name: 'Storm' },
      })
      const connection = await ada.openSocket()
      const acknowledged = new Map<string, number>()
      const tried = new Set<string>()
      let dead = false
      /** One after the other, over both doors in turn, until nobody answers any more. */
      const talk = async (): Promise<void> => {
        for (let count = 0; !dead; count++) {
          const clientId = randomUUID()
          tried.add(clientId)
          const body = { clientId, text: textOf(clientId) }
          const seq = await (count % 2 === 0
            ? connection.send('message.send', { room: room.id, ...body }).then((sent) => sent.seq)
            : ada.http
                .POST('/v1/rooms/{roomId}/messages', {
                  params: { path: { roomId: room.id } },
                  body,
                })
                .then(({ data }) => data.seq))
          acknowledged.set(clientId, seq)
        }
      }
      const talks = Array.from({ length: 8 }, () => talk().catch(() => (dead = true)))
      await vi.waitFor(() => expect(acknowledged.size).toBeGreaterThan(200), { timeout: 30_000 })
      killed.command.kill('SIGKILL')
      expect(await killed.command.ended).toBe('SIGKILL')
      await Promise.all(talks)
      expect(tried.size).toBeGreaterThan(acknowledged.size)

      const again = await startServer({ settings })
      const after = new ParleyClient({ url: again.url, WebSocket, session: ada.session })
      const stored = await historyOf(after, room.id)
      for (const [clientId, seq] of acknowledged) expect(stored.get(clientId)).toBe(seq)
      for (const clientId of stored.keys()) expect(tried).toContain(clientId)
      // Who got no answer asks again: it is stored once now, whether it was before or not.
      for (const clientId of tried) {
        const { data } = await after.http.POST('/v1/rooms/{roomId}/messages', {
          params: { path: { roomId: room.id } },
          body: { clientId, text: textOf(clientId) },
        })
        expect(data.repeated).toBe(stored.has(clientId))
      }
      expect([...(await historyOf(after, room.id)).keys()].toSorted()).toEqual(
        [...tried].toSorted(),
      )
      again.command.kill('SIGTERM')
      expect(await again.command.ended).toBe(0)
      await rm(folder, { recursive: true, force: true })
    },
  )
})

const textOf = (clientId: string) => `I am ${clientId}`

/** The seq of every message of a room by its clientId; fails where one is there twice. */
async function historyOf(client: ParleyClient, roomId: string): Promise<Map<string, number>> {
  const seqs = new Map<string, number>()
  for (let after = 0; ;) {
    const { data } = await client.http.GET('/v1/rooms/{roomId}/messages', {
      params: { path: { roomId }, query: { after, limit: 200 } },
    })
    for (const { clientId, seq } of data.items) {
      expect(seqs.has(clientId)).toBe(false)
      seqs.set(clientId, seq)
      after = seq
    }
    if (!data.hasAfter) return seqs
  }
}
