import { afterEach, expect, test, vi } from 'vitest'
import { WebSocket } from 'ws'
import type { WebSocket as ServerSocket } from 'ws'
import { grant, scriptedServer } from '../test/scripted-server.ts'
import { ParleyClient } from './index.ts'
import type { Socket } from './index.ts'

afterEach(() => vi.unstubAllGlobals())

type Frame = Record<string, unknown>
/** What the scripted server does with each frame; hello is answered with ready by default. */
type Script = (frame: Frame, socket: ServerSocket) => void

const ready = { type: 'ready', heartbeatMs: 25_000, rooms: [] }
const message = (seq: number) => ({ type: 'message.created', room: 'r', seq, at: '', data: {} })

function say(socket: ServerSocket, ...frames: Frame[]): void {
  for (const frame of frames) socket.send(JSON.stringify(frame))
}

const greet: Script = ({ id, type }, socket) => {
  if (type === 'hello') say(socket, { re: id, ok: true, data: {} }, ready)
}

async function serve(script: Script) {
  const frames: Frame[] = []
  const server = await scriptedServer(
    () => ({ status: 200, body: { session: grant(2) } }),
    (socket) =>
      socket.on('message', (data: Buffer) => {
        const frame: Frame = JSON.parse(data.toString())
        frames.push(frame)
        script(frame, socket)
      }),
  )
  return { ...server, frames }
}

function clientOf(url: string, timeoutMs = 5_000, expiresIn = 600): ParleyClient {
  return new ParleyClient({ url, WebSocket, timeoutMs, session: grant(1, expiresIn) })
}

async function connectTo(script: Script, timeoutMs?: number): Promise<Socket> {
  const { url } = await serve(script)
  return clientOf(url, timeoutMs).openSocket()
}

const text = { room: 'r', clientId: 'c', text: 'hello' }

test('S1 hello carries the token, the epoch and the cursors; ready resolves', async () => {
  const { url, frames } = await serve(greet)
  const connection = await clientOf(url).openSocket({ epoch: 'e', cursors: { r: 7 } })
  expect(frames).toEqual([
    { id: 1, type: 'hello', token: 'access-1', epoch: 'e', cursors: { r: 7 } },
  ])
  expect(connection.ready).toEqual(ready)
})

test('S2 no frame that follows ready is missed, even in the same packet', async () => {
  const connection = await connectTo((frame, socket) => {
    greet(frame, socket)
    say(socket, message(1), message(2))
  })
  const seqs: number[] = []
  const all: string[] = []
  connection.onFrame(({ type }) => all.push(type))
  connection.on('message.created', ({ seq }) => seqs.push(seq))
  await vi.waitFor(() => expect(seqs).toEqual([1, 2]))
  expect(all).toEqual(['message.created', 'message.created'])
})

test('S2 a later ready replaces the one before', async () => {
  const connection = await connectTo((frame, socket) => {
    greet(frame, socket)
    if (frame.type === 'message.send') say(socket, { ...ready, userSeq: 9 })
  })
  const seen = new Promise((resolve) => connection.on('ready', resolve))
  connection.send('message.send', text).catch(() => {})
  await seen
  expect(connection.ready.userSeq).toBe(9)
})

test('S3 a command resolves with the data of the reply to its number', async () => {
  const waiting: unknown[] = []
  const connection = await connectTo((frame, socket) => {
    greet(frame, socket)
    if (frame.type !== 'message.send') return
    waiting.unshift(frame.id)
    if (waiting.length < 2) return
    for (const re of waiting) say(socket, { re, ok: true, data: { seq: re } })
  })
  const replies = await Promise.all([
    connection.send('message.send', text),
    connection.send('message.send', text),
  ])
  expect(replies).toEqual([{ seq: 2 }, { seq: 3 }])
})

test('S3 a refused command rejects with the code of the server', async () => {
  const connection = await connectTo((frame, socket) => {
    greet(frame, socket)
    const error = { code: 'rate_limited', message: 'unable to send', retryAfterMs: 300 }
    if (frame.type === 'message.send') say(socket, { re: frame.id, ok: false, error })
  })
  await expect(connection.send('message.send', text)).rejects.toMatchObject({
    name: 'ParleyError',
    code: 'rate_limited',
    message: 'unable to send',
    retryAfterMs: 300,
  })
})

test('a command without a reply rejects when its time is up; a late reply harms nobody', async () => {
  const late: (() => void)[] = []
  const connection = await connectTo((frame, socket) => {
    greet(frame, socket)
    if (frame.type !== 'message.send') return
    // It is heard after the command, so that its line is not taken for gone.
    say(socket, message(1))
    late.push(() => say(socket, { re: frame.id, ok: true, data: {} }, message(2)))
  }, 500)
  const seqs: number[] = []
  connection.on('message.created', ({ seq }) => seqs.push(seq))
  await expect(connection.send('message.send', text)).rejects.toMatchObject({ code: 'timeout' })
  late[0]?.()
  await vi.waitFor(() => expect(seqs).toEqual([1, 2]))
})

test('S7 a command on a line that ends rejects, and closed tells code and reason', async () => {
  const connection = await connectTo((frame, socket) => {
    greet(frame, socket)
    if (frame.type === 'message.send') socket.close(4000, 'restarting')
  })
  await expect(connection.send('message.send', text)).rejects.toMatchObject({
    code: 'connection_lost',
  })
  expect(await connection.closed).toEqual({ code: 4000, reason: 'restarting' })
  await expect(connection.send('message.send', text)).rejects.toThrow('code 4000, restarting')
})

test('S5 a server that is not heard for two heartbeats ends the connection', async () => {
  const connection = await connectTo(({ id }, socket) =>
    say(socket, { re: id, ok: true, data: {} }, { ...ready, heartbeatMs: 40 }),
  )
  expect(await connection.closed).toEqual({ code: 1006, reason: 'nothing was heard for 80 ms' })
})

test('a frame that is not JSON ends the connection', async () => {
  const connection = await connectTo((frame, socket) => {
    greet(frame, socket)
    socket.send('{')
  })
  expect(await connection.closed).toMatchObject({ code: 1007 })
})

test('a hello refused for its token is said again with a renewed one', async () => {
  const { url, frames } = await serve((frame, socket) => {
    if (frame.token === 'access-2') return greet(frame, socket)
    const error = { code: 'unauthenticated', message: 'unable to say hello; expired' }
    say(socket, { re: frame.id, ok: false, error })
    socket.close(4501)
  })
  await clientOf(url).openSocket()
  expect(frames.map(({ token }) => token)).toEqual(['access-1', 'access-2'])
})

test('S5 the socket gets a renewed token before the old one runs out', async () => {
  const { url, frames } = await serve((frame, socket) => {
    if (frame.type === 'hello') greet(frame, socket)
    else say(socket, { re: frame.id, ok: true, data: {} })
  })
  await clientOf(url, 5_000, 1).openSocket()
  await vi.waitFor(
    () => expect(frames.at(-1)).toMatchObject({ type: 'token.renew', token: 'access-2' }),
    {
      timeout: 5_000,
    },
  )
})

test('a socket that ends before ready, or is not ready in time, rejects', async () => {
  const ended = connectTo((_frame, socket) => socket.close(4013, 'unavailable'))
  await expect(ended).rejects.toMatchObject({ code: 'connection_lost' })
  await expect(connectTo(() => {}, 100)).rejects.toMatchObject({ code: 'connection_lost' })
  await expect(clientOf('http://127.0.0.1:1').openSocket()).rejects.toMatchObject({
    code: 'connection_lost',
  })
})

test('close ends the connection from this side at once', async () => {
  const connection = await connectTo(greet)
  const pending = connection.send('message.send', text)
  connection.close()
  await expect(pending).rejects.toMatchObject({ code: 'connection_lost' })
  expect(await connection.closed).toEqual({ code: 1000, reason: '' })
})

test('on returns the function that takes the listener off', async () => {
  const connection = await connectTo((frame, socket) => {
    greet(frame, socket)
    if (frame.type === 'message.send')
      say(socket, message(Number(frame.id)), { re: frame.id, ok: true, data: {} })
  })
  const seqs: number[] = []
  const off = connection.on('message.created', ({ seq }) => seqs.push(seq))
  await connection.send('message.send', text)
  await vi.waitFor(() => expect(seqs).toEqual([2]))
  off()
  await connection.send('message.send', text)
  expect(seqs).toEqual([2])
})

test('a listener that throws keeps no other from hearing', async () => {
  const later: (() => void)[] = []
  vi.stubGlobal('queueMicrotask', (work: () => void) => later.push(work))
  const connection = await connectTo((frame, socket) => {
    greet(frame, socket)
    say(socket, message(1))
  })
  connection.on('message.created', () => {
    throw new Error('a fault of the application')
  })
  await new Promise((resolve) => connection.on('message.created', resolve))
  expect(later).toHaveLength(1)
  expect(later[0]).toThrow('a fault of the application')
})

test('without a WebSocket in the platform the error says where to get one', async () => {
  vi.stubGlobal('WebSocket', undefined)
  const client = new ParleyClient({ url: 'http://127.0.0.1:1', session: grant(1) })
  await expect(client.openSocket()).rejects.toThrow(/import \{ WebSocket \} from 'ws'/)
})
