import { expect, test, vi } from 'vitest'
import { WebSocket } from 'ws'
import type { WebSocket as ServerSocket } from 'ws'
import { grant, scriptedServer } from '../test/scripted-server.ts'
import { RoomModel, me } from '../test/room-model.ts'
import { ParleyClient } from './index.ts'

type Frame = Record<string, unknown>
const user = { id: me, username: me, displayName: me, avatarUrl: '' }
const ready = { type: 'ready', heartbeatMs: 25_000, epoch: 'e', userSeq: 3, blocks: [], user }

/** A client and one room at a server that pushes nothing by itself, and what the client asked. */
async function scene() {
  const model = new RoomModel()
  const asked: Frame[] = []
  const sockets: ServerSocket[] = []
  const say = (...frames: object[]): void => {
    for (const frame of frames) sockets.at(-1)?.send(JSON.stringify(frame))
  }
  const answer = ({ id, type, after, seq }: Frame): void => {
    if (type === 'read.set') model.readSeq = Number(seq)
    const entries = Array.from({ length: model.head - Number(after) }, (_, n) =>
      model.entry(Number(after) + n + 1, model.head),
    )
    const log = { items: entries, lastSeq: model.head, hasMore: false }
    const mark = { readSeq: model.readSeq, unread: 0, unreadMore: false }
    say({ re: id, ok: true, data: type === 'room.sync' ? log : mark })
    if (type === 'hello') say({ ...ready, rooms: [model.view(model.head)] }, { type: 'live' })
  }
  const { url, requests } = await scriptedServer(
    () => {
      const page = { lastSeq: model.head, hasBefore: false, hasAfter: false }
      return { status: 200, body: { items: model.messages(model.head), ...page } }
    },
    (socket) => {
      sockets.push(socket)
      socket.on('message', (data: Buffer) => {
        const frame: Frame = JSON.parse(data.toString())
        asked.push(frame)
        answer(frame)
      })
    },
  )
  const backOff = { firstMs: 10, maxMs: 10 }
  const client = new ParleyClient({ url, WebSocket, session: grant(1), backOff, timeoutMs: 2000 })
  await client.connect()
  const room = client.rooms.get('r')
  if (!room) throw new Error('the room is in ready')
  await room.load()
  const write = (): void => model.append({ type: 'message.created', by: 'ada' })
  const cut = (): void => sockets.at(-1)?.terminate()
  return { client, room, model, say, asked, requests, write, cut }
}

test('P4 entries that do not continue what is held are shown once those before them were read', async () => {
  const { client, room, model, say, asked, write } = await scene()
  for (let n = 0; n < 3; n++) write()
  say(model.entry(5, 5))
  await vi.waitFor(() => expect(room.messages.map(({ seq }) => seq)).toEqual([3, 4, 5]))
  expect(asked.filter(({ type }) => type === 'room.sync')).toMatchObject([{ room: 'r', after: 2 }])
  client.close()
})

test('S2 after a reset the same place is loaded again', async () => {
  const { client, room, model, say, requests, write } = await scene()
  const before = requests.length
  write()
  say({ ...ready, rooms: [model.view(3)] }, { type: 'reset', room: 'r', lastSeq: 3 })
  await vi.waitFor(() => expect(room.messages.map(({ seq }) => seq)).toEqual([3]))
  expect(requests).toHaveLength(before + 1)
  expect(room.info).toMatchObject({ lastSeq: 3, unread: 1 })
  client.close()
})

test('E3 a read marker that was moved while the line was down is told when it is back', async () => {
  const { client, room, model, say, asked, write, cut } = await scene()
  write()
  say(model.entry(3, 3))
  await vi.waitFor(() => expect(room.info.unread).toBe(1))
  cut()
  await new Promise<void>((resolve) => client.connection.subscribe(resolve))
  expect(client.connection.state.name).toBe('reconnecting')
  room.markRead()
  expect(room.info).toMatchObject({ readSeq: 3, unread: 0 })
  await vi.waitFor(() =>
    expect(asked.filter(({ type }) => type === 'read.set')).toMatchObject([{ room: 'r', seq: 3 }]),
  )
  expect(room.info).toMatchObject({ readSeq: 3, unread: 0 })
  client.close()
})

test('L4 news of a membership that come too late change nothing', async () => {
  const { client, room, model, say } = await scene()
  say({ type: 'room.gone', userSeq: 5, data: { room: 'r' } })
  await vi.waitFor(() => expect(room.isMember).toBe(false))
  say({ type: 'room.added', userSeq: 4, data: model.view(2) }, { type: 'ping' })
  await new Promise((resolve) => client.on('ping', resolve))
  expect(client.rooms.list).toEqual([])
  say({ type: 'room.added', userSeq: 6, data: { ...model.view(2), joinedSeq: 9, lastSeq: 9 } })
  await vi.waitFor(() => expect(client.rooms.get('r')).toBe(room))
  expect(room.info.joinedSeq).toBe(9)
  client.close()
})

test('S2 hello names the last entry that came, not one that was only heard of', async () => {
  const { client, room, model, say, asked, write, cut } = await scene()
  write()
  say({ ...ready, rooms: [model.view(3)] })
  await vi.waitFor(() => expect(room.info.lastSeq).toBe(3))
  cut()
  const hellos = () => asked.filter(({ type }) => type === 'hello')
  await vi.waitFor(() => expect(hellos()).toHaveLength(2))
  expect(hellos()[1]).toMatchObject({ epoch: 'e', cursors: { r: 2 } })
  await vi.waitFor(() => expect(room.messages.map(({ seq }) => seq)).toEqual([3]))
  client.close()
})
