import { expect, test, vi } from 'vitest'
import { WebSocket } from 'ws'
import type { WebSocket as ServerSocket } from 'ws'
import { grant, scriptedServer } from '../test/scripted-server.ts'
import { ParleyClient } from './index.ts'

type Frame = Record<string, unknown>
/** What the server does with a send, by its number from 1 on. */
type Script = (count: number, socket: ServerSocket, frame: Frame) => void

const ada = { id: 'u', username: 'ada', displayName: 'Ada', avatarUrl: '' }
const view = { id: 'r', joinedSeq: 1, visibleFrom: 1, lastSeq: 1, readSeq: 1, unread: 0 }
const ready = { type: 'ready', heartbeatMs: 25_000, epoch: 'e', userSeq: 1, blocks: [] }

const say = (socket: ServerSocket, ...frames: Frame[]): void => {
  for (const frame of frames) socket.send(JSON.stringify(frame))
}
const stored = (seq: number, { clientId, text, replyTo }: Frame): Frame => {
  const content = { clientId, text, replyTo, style: 'text' }
  const times = { createdAt: '', editedAt: null, deletedAt: null }
  return { roomId: 'r', seq, version: seq, author: ada, ...content, ...times }
}
const acknowledge = (socket: ServerSocket, frame: Frame, seq = 2): void =>
  say(socket, { re: frame.id, ok: true, data: { ...stored(seq, frame), repeated: false } })
const refuse = (socket: ServerSocket, frame: Frame, code: string, more: Frame = {}): void =>
  say(socket, { re: frame.id, ok: false, error: { code, message: 'unable to send', ...more } })

/** A room at a server that takes sends as told, and what was sent. */
async function roomAt(script: Script) {
  const sends: Frame[] = []
  const { url } = await scriptedServer(
    () => ({ status: 200, body: { items: [], lastSeq: 1, hasBefore: false, hasAfter: false } }),
    (socket) =>
      socket.on('message', (data: Buffer) => {
        const frame: Frame = JSON.parse(data.toString())
        if (frame.type === 'message.send') return script(sends.push(frame), socket, frame)
        say(socket, { re: frame.id, ok: true, data: {} })
        if (frame.type !== 'hello') return
        say(socket, { ...ready, user: ada, rooms: [view] }, { type: 'live' })
      }),
  )
  const backOff = { firstMs: 10, maxMs: 10 }
  const client = new ParleyClient({ url, WebSocket, session: grant(1), backOff, timeoutMs: 300 })
  await client.connect()
  const room = client.rooms.get('r')
  if (!room) throw new Error('the room is in ready')
  await room.load()
  return { client, room, sends }
}

test('P3 a message keeps its clientId over lost lines, silence, refusals that pass and unknown outcomes', async () => {
  const { client, room, sends } = await roomAt((count, socket, frame) => {
    if (count === 1) socket.terminate()
    else if (count === 2) return // no answer: it will be asked again
    else if (count === 3) refuse(socket, frame, 'outcome_unknown')
    else if (count === 4) refuse(socket, frame, 'rate_limited', { retryAfterMs: 30 })
    else if (count === 5) refuse(socket, frame, 'overloaded')
    else acknowledge(socket, frame)
  })
  const message = await room.send('hello', { replyTo: 1 })
  expect(message).toMatchObject({ seq: 2, text: 'hello' })
  expect(message).not.toHaveProperty('repeated')
  expect(sends).toHaveLength(6)
  const same = { clientId: message.clientId, text: 'hello', replyTo: 1 }
  expect(sends).toMatchObject(sends.map(() => same))
  expect(room.messages).toMatchObject([{ state: 'sent', seq: 2 }])
  client.close()
})

test('G4 messages go out in their order, none before the one before it is answered', async () => {
  const waiting: (() => void)[] = []
  const { client, room, sends } = await roomAt((count, socket, frame) => {
    if (count === 1) refuse(socket, frame, 'overloaded')
    else waiting.push(() => acknowledge(socket, frame, count))
  })
  const all = ['one', 'two', 'three'].map((text) => room.send(text))
  for (const count of [2, 3, 4]) {
    await vi.waitFor(() => expect(sends).toHaveLength(count))
    waiting.shift()?.()
  }
  await Promise.all(all)
  expect(sends.map(({ text }) => text)).toEqual(['one', 'one', 'two', 'three'])
  client.close()
})

test('the event alone is an acknowledgement, also where the reply never comes', async () => {
  const { client, room, sends } = await roomAt((_, socket, frame) => {
    const data = stored(2, frame)
    say(socket, { type: 'message.created', room: 'r', seq: 2, at: '', data })
  })
  expect(await room.send('hello')).toMatchObject({ seq: 2 })
  expect(room.messages.map(({ state }) => state)).toEqual(['sent'])
  expect(sends).toHaveLength(1)
  client.close()
})

test('what is refused for good fails alone, and can be retried or discarded', async () => {
  const { client, room, sends } = await roomAt((count, socket, frame) => {
    if (count === 1) refuse(socket, frame, 'forbidden')
    else if (count === 2) socket.close(1009)
    else acknowledge(socket, frame, count)
  })
  const [first, second, third] = ['one', 'two', 'three'].map((text) => room.send(text))
  await expect(first).rejects.toMatchObject({ code: 'forbidden' })
  // S7: a frame that was too large is never sent again by itself.
  await expect(second).rejects.toMatchObject({ code: 'payload_too_large' })
  expect(await third).toMatchObject({ text: 'three' })
  const failed = room.messages.filter(({ state }) => state === 'failed')
  expect(failed).toMatchObject([{ error: { code: 'forbidden' } }, { text: 'two' }])
  room.discard(failed[0]?.clientId ?? '')
  expect(await room.retry(failed[1]?.clientId ?? '')).toMatchObject({ text: 'two' })
  expect(room.messages.map(({ state, text }) => `${state} ${text}`)).toEqual([
    'sent three',
    'sent two',
  ])
  expect(() => room.discard('unknown')).toThrow('unable to find the message')
  expect(sends).toHaveLength(4)
  client.close()
})

test('a client that is closed fails what it could not send; connected again it can be retried', async () => {
  const { client, room } = await roomAt((count, socket, frame) => {
    if (count > 1) acknowledge(socket, frame)
  })
  const pending = room.send('hello')
  client.close()
  await expect(pending).rejects.toMatchObject({ code: 'connection_lost' })
  expect(room.messages).toMatchObject([{ state: 'failed' }])
  await client.connect()
  await room.retry(room.messages[0]?.clientId ?? '')
  expect(room.messages).toMatchObject([{ state: 'sent' }])
  client.close()
})
