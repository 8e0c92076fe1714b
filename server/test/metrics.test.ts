import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { RawSocket } from './raw-socket.ts'
import { scrape } from './scrape.ts'
import { startApp } from './start-app.ts'
import type { Person, Started } from './start-app.ts'

describe('the metrics of a node', () => {
  let started: Started
  let ada: Person
  let ben: Person
  let room: string

  beforeAll(async () => {
    started = await startApp()
    ada = await started.person('ada')
    ben = await started.person('ben')
    const body = { clientId: randomUUID(), name: 'Metered', memberIds: [ben.userId] }
    room = (await ada.http.POST('/v1/rooms', { body: { ...body, kind: 'group' } })).data.id
  })
  // A client knows that its socket is closed before the server does.
  afterEach(() =>
    vi.waitUntil(async () => {
      const values = [...(await scrape(started.url))]
      return values.every(([name, open]) => !name.startsWith('parley_connections') || open === 0)
    }),
  )
  afterAll(() => started.close())

  const message = (text = 'counted') => ({ clientId: randomUUID(), room, text })
  const tokenOf = ({ session }: Person) => session?.accessToken ?? ''

  /** Heartbeats that came: each connection has its own second for them. */
  let beats = 0

  /** Connected, and told that it is live: no frame of the greeting is still on its way. */
  async function liveSocket(person: Person) {
    const socket = await person.openSocket()
    socket.on('ping', () => beats++)
    await new Promise((resolve) => socket.on('live', resolve))
    return socket
  }

  async function values() {
    const found = new Map(await scrape(started.url))
    const sent = 'parley_frames_sent_total'
    return found.set(sent, (found.get(sent) ?? Number.NaN) - beats)
  }

  /** Does it, and waits until these values have moved by so much. */
  async function moves(work: () => Promise<unknown>, expected: Record<string, number>) {
    const before = await values()
    await work()
    await vi.waitFor(async () => {
      const after = await values()
      const moved = Object.keys(expected).map((name) => [
        name,
        (after.get(name) ?? Number.NaN) - (before.get(name) ?? 0),
      ])
      expect(Object.fromEntries(moved)).toEqual(expected)
    })
  }

  it('count a conversation: sockets, frames, commands, deliveries and batches', async () => {
    const [first, second] = [await liveSocket(ada), await liveSocket(ben)]
    const talk = async () => {
      for (const text of ['one', 'two', 'three']) await first.send('message.send', message(text))
    }
    await moves(talk, {
      parley_frames_received_total: 3,
      parley_frames_sent_total: 9, // three replies, and three events for each of the two
      parley_deliveries_total: 6,
      'parley_commands_total{type="message.send",result="ok"}': 3,
      parley_message_batch_size_sum: 3,
      parley_message_batch_size_count: 3,
      'parley_message_batch_size_bucket{le="1"}': 3,
      parley_message_flush_duration_seconds_count: 3,
      'parley_message_flush_duration_seconds_bucket{le="+Inf"}': 3,
    })
    first.close()
    second.close()
    await Promise.all([first.closed, second.closed])
  })

  it('show sockets by what they are doing, from their opening to their end', async () => {
    let silent: RawSocket | undefined
    let greeted: RawSocket | undefined
    const open = async () => {
      silent = await RawSocket.open(started.url)
      greeted = await RawSocket.ready(started.url, tokenOf(ada))
    }
    await moves(open, {
      'parley_connections{state="waiting"}': 1,
      'parley_connections{state="greeting"}': 0,
      'parley_connections{state="ready"}': 1,
      parley_sockets_opened_total: 2,
    })
    const close = async () => {
      silent?.ws.close(3999)
      greeted?.ws.terminate()
    }
    await moves(close, {
      'parley_connections{state="waiting"}': -1,
      'parley_connections{state="ready"}': -1,
      'parley_sockets_closed_total{code="other"}': 1, // a client's word, not one of ours
      'parley_sockets_closed_total{code="1006"}': 1,
      'parley_sockets_closed_total{code="4008"}': 0,
    })
  })

  it('S7 count a socket this node closes by its code, once', async () => {
    const person = await started.person('gone')
    await person.openSocket()
    await moves(() => person.logout(), {
      'parley_sockets_closed_total{code="4502"}': 1,
      'parley_sockets_closed_total{code="1006"}': 0,
      'parley_sockets_closed_total{code="other"}': 0,
    })
  })

  it('count refused commands by their code, and no word a client made up', async () => {
    const socket = await RawSocket.ready(started.url, tokenOf(ben))
    const refuse = async () => {
      await socket.ask('message.send', { ...message(), room: randomUUID() })
      await socket.ask('message.shout', message())
      await socket.ask('message.sing', message())
    }
    await moves(refuse, {
      'parley_commands_total{type="message.send",result="room_not_found"}': 1,
      'parley_commands_total{type="message.send",result="ok"}': 0,
      'parley_commands_total{type="unknown",result="invalid_request"}': 2,
    })
    await socket.end()
  })

  it('S2 count what is replayed to a client that comes back, and what it fetches anew', async () => {
    const socket = await ada.openSocket()
    const { seq } = await socket.send('message.send', message('last seen'))
    for (const text of ['missed', 'missed too']) await socket.send('message.send', message(text))
    socket.close()
    await socket.closed
    const { epoch } = socket.ready
    const resume = async (cursor: number) => {
      const back = await ben.openSocket({ epoch, cursors: { [room]: cursor } })
      back.close()
      await back.closed
    }
    await moves(() => resume(seq), {
      parley_replayed_entries_total: 2,
      parley_resets_total: 0,
    })
    await moves(() => resume(seq + 1000), {
      parley_replayed_entries_total: 0,
      parley_resets_total: 1,
    })
  })

  it('count requests by declared route and status, and all other addresses as one', async () => {
    const ask = async () => {
      await ada.http.GET('/v1/rooms/{roomId}', { params: { path: { roomId: room } } })
      await fetch(`${started.url}/v1/rooms/${room}`)
      await fetch(`${started.url}/wp-login.php`)
      await fetch(`${started.url}/.env`)
    }
    const count = 'parley_http_request_duration_seconds_count'
    await moves(ask, {
      [`${count}{method="GET",route="/v1/rooms/{roomId}",status="200"}`]: 1,
      [`${count}{method="GET",route="/v1/rooms/{roomId}",status="401"}`]: 1,
      [`${count}{method="any",route="unknown",status="404"}`]: 2,
    })
  })

  it('show what waits, and the bus', async () => {
    const values = await scrape(started.url)
    const idle = ['message_queue_length', 'message_queue_oldest_seconds', 'password_queue_length']
    for (const name of idle) expect(values.get(`parley_${name}`)).toBe(0)
    expect(values.get('parley_db_pool_connections')).toBeGreaterThan(0)
    expect(values.get('parley_db_pool_idle_connections')).toBeGreaterThan(0)
    expect(values.get('parley_bus_up')).toBe(1)
    expect(values.get('parley_bus_lag_seconds')).toBeGreaterThan(0)
    expect(values.get('parley_bus_lag_seconds')).toBeLessThan(2)
    expect(values.get('nodejs_eventloop_lag_p99_seconds')).toBeGreaterThan(0)
  })

  it('belong to one app: a second in the process has its own', async () => {
    const other = await startApp({ databaseUrl: started.databaseUrl })
    const person = other.client(ada.session)
    const socket = await person.openSocket()
    await socket.send('message.send', message('elsewhere'))
    const sends = 'parley_commands_total{type="message.send",result="ok"}'
    const [here, there] = [await scrape(started.url), await scrape(other.url)]
    expect(there.get(sends)).toBe(1)
    expect(there.get('parley_sockets_opened_total')).toBe(1)
    expect(here.get(sends)).toBeGreaterThan(1)
    expect(here.get('parley_connections{state="ready"}')).toBe(0)
    socket.close()
    await socket.closed
    await other.close()
  })

  it('are answered to this machine, and not to what a proxy on it passes on', async () => {
    for (const header of ['x-forwarded-for', 'forwarded', 'via']) {
      const answer = await fetch(`${started.url}/metrics`, { headers: { [header]: '1.2.3.4' } })
      expect(answer.status).toBe(403)
      expect(await answer.text()).not.toContain('parley_')
    }
    const asks = (remoteAddress: string) =>
      started.app.server.inject({ url: '/metrics', remoteAddress })
    expect((await asks('192.0.2.7')).statusCode).toBe(403)
    expect((await asks('10.0.0.7')).statusCode).toBe(403)
    expect((await asks('127.0.0.8')).statusCode).toBe(200)
  })

  it('move to METRICS_PORT as a whole', async () => {
    const port = await freePort()
    const env = { METRICS_PORT: String(port) }
    const apart = await startApp({ databaseUrl: started.databaseUrl, env })
    expect((await fetch(`${apart.url}/metrics`)).status).toBe(404)
    expect((await scrape(`http://127.0.0.1:${port}`)).get('parley_bus_up')).toBe(1)
    await apart.close()
  })

  it('are what the dashboard shows, all of them and no others', async () => {
    const file = new URL('../../deploy/grafana-dashboard.json', import.meta.url)
    const shown = metricsOf(await readFile(file, 'utf8'))
    const names = [...(await scrape(started.url)).keys()].map((line) => line.split('{', 1)[0] ?? '')
    expect([...shown].filter((name) => !names.includes(name))).toEqual([])
    const own = names.map(familyOf).filter((name) => name.startsWith('parley_'))
    const families = new Set([...shown].map(familyOf))
    expect([...new Set(own)].filter((name) => !families.has(name))).toEqual([])
  })
})

/** Every metric a dashboard's queries name. */
function metricsOf(dashboard: string): Set<string> {
  const queries = [...dashboard.matchAll(/"(?:expr|definition)": "((?:[^"\\]|\\.)*)"/g)]
  const named = queries.flatMap(([, query = '']) => query.match(/\b(parley|nodejs|process)_\w+/g))
  return new Set(named.flatMap((name) => name ?? []))
}

/** A histogram's lines are of one family. */
const familyOf = (name: string): string => name.replace(/_(bucket|sum|count)$/, '')

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo // it listens on a port, not on a path
  await new Promise((resolve) => server.close(resolve))
  return port
}
