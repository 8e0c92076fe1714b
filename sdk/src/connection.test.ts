import { afterEach, expect, test, vi } from 'vitest'
import { WebSocket } from 'ws'
import type { WebSocket as ServerSocket } from 'ws'
import { grant, problem, scriptedServer } from '../test/scripted-server.ts'
import { ParleyClient, closeCodes } from './index.ts'
import type { ConnectionState, ParleyClientOptions } from './index.ts'

afterEach(() => vi.unstubAllGlobals())

type Frame = Record<string, unknown>
/** What the server does with a hello, by its number from 1 on. */
type Script = (count: number, socket: ServerSocket, frame: Frame) => void

const room = { id: 'r', joinedSeq: 1, visibleFrom: 1, lastSeq: 7, readSeq: 7, unread: 0 }
const ready = { type: 'ready', heartbeatMs: 25_000, epoch: 'e', userSeq: 1, blocks: [] }
const live = { type: 'live' }

function say(socket: ServerSocket, ...frames: Frame[]): void {
  for (const frame of frames) socket.send(JSON.stringify(frame))
}

function greet(socket: ServerSocket, { id }: Frame, more: Frame = {}): void {
  const user = { id: 'u', username: 'ada' }
  say(socket, { re: id, ok: true, data: {} }, { ...ready, user, rooms: [room], ...more }, live)
}

/** A client of a server that answers each hello as told, and what it said. */
async function serve(script: Script, options: Partial<ParleyClientOptions> = {}) {
  const hellos: Frame[] = []
  const sockets: ServerSocket[] = []
  const { url, requests } = await scriptedServer(
    () => ({ status: 200, body: { session: grant(2) } }),
    (socket) => {
      sockets.push(socket)
      socket.on('message', (data: Buffer) => {
        const frame: Frame = JSON.parse(data.toString())
        if (frame.type !== 'hello') return say(socket, { re: frame.id, ok: true, data: {} })
        script(hellos.push(frame), socket, frame)
      })
    },
  )
  const backOff = { firstMs: 20, maxMs: 20 }
  const session = grant(1)
  const client = new ParleyClient({ url, WebSocket, session, backOff, timeoutMs: 2000, ...options })
  const states: string[] = []
  client.connection.subscribe(() => states.push(client.connection.state.name))
  return { client, hellos, sockets, states, requests }
}

const stateOf = (client: ParleyClient): ConnectionState => client.connection.state

test('S2 a lost line is opened again, with the epoch and the cursors', async () => {
  const { client, hellos, sockets, states } = await serve((_, socket, frame) =>
    greet(socket, frame),
  )
  expect(stateOf(client)).toEqual({ name: 'closed', reason: 'idle' })
  await client.connect()
  sockets[0]?.terminate()
  await vi.waitFor(() => expect(hellos).toHaveLength(2))
  await vi.waitFor(() => expect(stateOf(client)).toEqual({ name: 'live' }))
  expect(hellos[0]).not.toHaveProperty('cursors')
  expect(hellos[1]).toMatchObject({ token: 'access-1', epoch: 'e', cursors: { r: 7 } })
  expect(states).toEqual(['connecting', 'live', 'reconnecting', 'reconnecting', 'live'])
  client.close()
  expect(stateOf(client)).toMatchObject({ name: 'closed', reason: 'left' })
  await client.connect()
  expect(hellos).toHaveLength(3)
  client.close()
})

test('a server that cannot take it yet is asked again until it can', async () => {
  const { client, hellos } = await serve((count, socket, frame) => {
    if (count > 3) greet(socket, frame)
    else if (count === 1) socket.close(1011)
    else if (count === 2) socket.terminate()
    else say(socket, { re: frame.id, ok: false, error: { code: 'unavailable', message: '' } })
  })
  await client.connect()
  expect(hellos).toHaveLength(4)
  client.close()
})

test('S7 a final code is not tried again: closed says why, connect rejects', async () => {
  const final = Object.entries(closeCodes).filter(([, code]) => code >= 4500)
  expect(final.length).toBeGreaterThan(3)
  for (const [reason, code] of final) {
    const { client, hellos, sockets } = await serve((count, socket, frame) =>
      count === 1 ? greet(socket, frame) : socket.close(code),
    )
    await client.connect()
    sockets[0]?.close(code)
    await vi.waitFor(() => expect(stateOf(client)).toMatchObject({ name: 'closed', reason }))
    await expect(client.connect()).rejects.toMatchObject({ closed: { code } })
    expect(hellos).toHaveLength(2)
  }
})

test('S7 4013 and 4029 are waited for as long as they say, and a little more at random', async () => {
  vi.spyOn(Math, 'random').mockReturnValue(0.5)
  for (const code of [4013, 4029]) {
    const { client, sockets } = await serve((_, socket, frame) => greet(socket, frame))
    await client.connect()
    const before = Date.now()
    sockets[0]?.close(code, '{"afterMs":3000}')
    await vi.waitFor(() => expect(stateOf(client).name).toBe('reconnecting'))
    const state = stateOf(client)
    const wait = state.name === 'reconnecting' ? state.retryAt - before : 0
    expect(wait).toBeGreaterThanOrEqual(3010)
    expect(wait).toBeLessThan(3500)
    client.close()
  }
})

test('S9 a node that goes down is left for exactly as long as it says', async () => {
  const { client, sockets } = await serve((_, socket, frame) => greet(socket, frame))
  await client.connect()
  const [socket] = sockets
  const before = Date.now()
  if (socket) say(socket, { type: 'reconnect', afterMs: 4000 })
  socket?.close(4000)
  await vi.waitFor(() => expect(stateOf(client).name).toBe('reconnecting'))
  const state = stateOf(client)
  const wait = state.name === 'reconnecting' ? state.retryAt - before : 0
  expect(wait).toBeGreaterThanOrEqual(4000)
  expect(wait).toBeLessThan(4400)
  client.close()
})

test('S7 after 4010 the token is renewed before the next hello', async () => {
  const { client, hellos, sockets, requests } = await serve((_, socket, frame) =>
    greet(socket, frame),
  )
  await client.connect()
  sockets[0]?.close(4010)
  await vi.waitFor(() => expect(hellos).toHaveLength(2))
  expect(hellos.map(({ token }) => token)).toEqual(['access-1', 'access-2'])
  expect(requests.map(({ path }) => path)).toEqual(['/v1/auth/refresh'])
  client.close()
})

test('a session that has ended closes for good', async () => {
  const { url } = await scriptedServer(
    () => problem(401, 'invalid_refresh_token'),
    (socket) =>
      socket.on('message', (data: Buffer) => {
        const error = { code: 'unauthenticated', message: 'unable to say hello; expired' }
        say(socket, { re: JSON.parse(data.toString()).id, ok: false, error })
      }),
  )
  const client = new ParleyClient({ url, WebSocket, session: grant(1) })
  await expect(client.connect()).rejects.toMatchObject({ code: 'invalid_refresh_token' })
  expect(stateOf(client)).toMatchObject({ name: 'closed', reason: 'sessionEnded' })
  await expect(client.connect()).rejects.toMatchObject({ code: 'no_session' })
})

test('S5 a server that falls silent is left', async () => {
  const { client, hellos } = await serve((count, socket, frame) =>
    greet(socket, frame, { heartbeatMs: count === 1 ? 40 : 25_000 }),
  )
  await client.connect()
  await vi.waitFor(() => expect(hellos).toHaveLength(2))
  client.close()
})

test('a line on which a command is not answered, nor anything else heard, is left', async () => {
  const { client, hellos, sockets } = await serve((_, socket, frame) => greet(socket, frame), {
    timeoutMs: 100,
  })
  await client.connect()
  sockets[0]?.pause()
  const failed = client.connection.send('typing.set', { room: 'r' })
  await expect(failed).rejects.toMatchObject({ code: 'timeout' })
  await vi.waitFor(() => expect(hellos).toHaveLength(2))
  client.close()
})

test('without a network it waits for it; when it comes back, it does not wait any longer', async () => {
  const events = new EventTarget()
  const navigator = { onLine: true }
  vi.stubGlobal('navigator', navigator)
  vi.stubGlobal('addEventListener', events.addEventListener.bind(events))
  vi.stubGlobal('removeEventListener', events.removeEventListener.bind(events))
  const { client, hellos, sockets } = await serve((_, socket, frame) => greet(socket, frame), {
    backOff: { firstMs: 1e9, maxMs: 1e9 },
  })
  await client.connect()
  navigator.onLine = false
  events.dispatchEvent(new Event('offline'))
  sockets[0]?.terminate()
  await vi.waitFor(() => expect(stateOf(client)).toEqual({ name: 'offline' }))
  navigator.onLine = true
  events.dispatchEvent(new Event('online'))
  await vi.waitFor(() => expect(stateOf(client)).toEqual({ name: 'live' }))
  expect(hellos).toHaveLength(2)
  client.close()
})

test('without a session, or without a WebSocket, connect rejects at once', async () => {
  const { client } = await serve(() => {}, { session: undefined })
  await expect(client.connect()).rejects.toMatchObject({ code: 'no_session' })
  vi.stubGlobal('WebSocket', undefined)
  const bare = await serve(() => {}, { WebSocket: undefined })
  await expect(bare.client.connect()).rejects.toThrow(/import \{ WebSocket \} from 'ws'/)
  expect(stateOf(bare.client)).toMatchObject({ reason: 'failed', error: { code: 'no_websocket' } })
})
