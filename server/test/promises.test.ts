import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Socket } from '@parley/client'
import { MemoryBus } from '../src/infra/bus-memory.ts'
import { createLogger } from '../src/infra/logger.ts'
import { sql } from '../src/infra/sql.ts'
import { Hub } from '../src/realtime/hub.ts'
import type { HubConnection } from '../src/realtime/hub.ts'
import { startApp } from './start-app.ts'
import type { Person, Started } from './start-app.ts'
import { textsIn } from './texts-in.ts'

const version7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

async function group(owner: Person, ...others: Person[]) {
  const memberIds = others.map(({ userId }) => userId)
  const body = { clientId: randomUUID(), kind: 'group' as const, name: 'Walk', memberIds }
  return (await owner.http.POST('/v1/rooms', { body })).data
}

/** The entries of one room, as a connection was given them. */
function entriesOf(connection: Socket, room: string): string[] {
  const heard: string[] = []
  connection.onFrame((frame) => {
    if ('seq' in frame && 'at' in frame && frame.room === room) {
      heard.push(`${frame.seq} ${frame.type}`)
    }
  })
  return heard
}

// Each app has a bus of its own: they share the database, and every news between them is lost.
describe('two nodes between which the bus loses everything', () => {
  let first: Started
  let second: Started
  let ada: Person
  let ben: Person

  beforeAll(async () => {
    first = await startApp()
    second = await startApp({ databaseUrl: first.databaseUrl })
    ada = await first.person('ada')
    ben = await second.person('ben')
  })
  afterAll(async () => {
    await second.close()
    await first.close()
  })

  it('P4 a line cut again and again, on either node, misses nothing and doubles nothing', async () => {
    const { id: room, lastSeq } = await group(ada, ben)
    const params = { path: { roomId: room } }
    const write = async () => {
      for (let n = 0; n < 60; n++) {
        const body = { clientId: randomUUID(), text: `message ${n}` }
        const { data } = await ada.http.POST('/v1/rooms/{roomId}/messages', { params, body })
        const path = { roomId: room, seq: data.seq }
        const at = { params: { path } }
        if (n % 5 === 0) await ada.http.DELETE('/v1/rooms/{roomId}/messages/{seq}', at)
      }
    }
    const writing = write()
    const heard: string[] = []
    const end = lastSeq + 72
    for (let cut = 0, cursor = lastSeq; cursor < end; cut++) {
      const client = (cut % 2 === 0 ? first : second).client(ben.session)
      const connection = await client.openSocket({ cursors: { [room]: cursor } })
      const entries = entriesOf(connection, room)
      const enough = Math.min(1 + ((cut * 7) % 11), end - cursor)
      // On the second node only the replay brings anything, and may bring less.
      const live = new Promise((resolve) => connection.on('live', resolve))
      const arrived = () => expect(entries.length).toBeGreaterThanOrEqual(enough)
      if (cut % 2 === 0) await vi.waitFor(arrived, { timeout: 10_000 })
      else await live
      heard.push(...entries)
      cursor += entries.length
      connection.close()
      await connection.closed
    }
    await writing
    const log = { ...params, query: { after: lastSeq, limit: 200 } }
    const { data } = await ada.http.GET('/v1/rooms/{roomId}/log', { params: log })
    expect(heard).toEqual(data.items.map(({ seq, type }) => `${seq} ${type}`))
  })

  it('P8 both name the same history; a cursor of another one is reset, however good it looks', async () => {
    const rooms = [await group(ada, ben), await group(ada, ben)]
    const here = await ben.openSocket()
    const there = await first.client(ben.session).openSocket()
    const { epoch } = there.ready
    expect(here.ready.epoch).toBe(epoch)
    const cursors = Object.fromEntries(rooms.map(({ id, lastSeq }) => [id, lastSeq]))
    const resetsAfter = async (hello: string): Promise<string[]> => {
      const connection = await ben.openSocket({ cursors, epoch: hello })
      const resets: string[] = []
      connection.on('reset', ({ room }) => resets.push(room))
      await new Promise((resolve) => connection.on('live', resolve))
      connection.close()
      return resets
    }
    expect(await resetsAfter(epoch)).toEqual([])
    expect((await resetsAfter(`${epoch}0`)).toSorted()).toEqual(
      rooms.map(({ id }) => id).toSorted(),
    )
    for (const connection of [here, there]) connection.close()
  })

  it('G5 a repeat brings its entry to a node that never heard of it', async () => {
    const { id: room, lastSeq } = await group(ada, ben)
    const line = await ben.openSocket()
    const heard = entriesOf(line, room)
    const input = { room, clientId: randomUUID(), text: 'did this arrive?' }
    const sender = await ada.openSocket()
    const sent = await sender.send('message.send', input)
    const again = await second.client(ada.session).openSocket()
    expect(heard).toEqual([])
    expect(await again.send('message.send', input)).toEqual({ ...sent, repeated: true })
    await vi.waitFor(() => expect(heard).toEqual([`${lastSeq + 1} message.created`]))
    for (const connection of [line, sender, again]) connection.close()
  })

  it('L2 a text stands in its message alone: nothing of it is left after an edit and a deletion', async () => {
    const { id: room } = await group(ada, ben)
    const line = await ada.openSocket()
    const said = { room, clientId: randomUUID(), text: 'the first words' }
    const { seq } = await line.send('message.send', said)
    await line.send('message.edit', { room, seq, text: 'the second words' })
    const stored = () =>
      first.app.db.query<{ row: string }>(sql`
        select m::text as row from messages m where room_id = ${room}
        union all select c::text from room_changes c where room_id = ${room}`)
    const holding = async (words: string) =>
      (await stored()).filter(({ row }) => row.includes(words)).length
    expect([await holding('first words'), await holding('second words')]).toEqual([0, 1])
    await line.send('message.delete', { room, seq })
    expect(await holding('words')).toBe(0)
    line.close()
  })

  it('L3 a message is named by its room and seq, everything else by a UUID of version 7', async () => {
    const room = await group(ada, ben)
    const line = await ada.openSocket()
    const input = { room: room.id, clientId: randomUUID(), text: 'hello' }
    const { seq } = await line.send('message.send', input)
    const path = { roomId: room.id, seq }
    const { data } = await ben.http.GET('/v1/rooms/{roomId}/messages/{seq}', { params: { path } })
    expect(data).toMatchObject({ roomId: room.id, seq, text: 'hello' })
    const { connectionId, sessionId, user } = line.ready
    for (const id of [room.id, connectionId, sessionId, user.id]) expect(id).toMatch(version7)
    line.close()
  })

  it('L7 a log that lost an entry fails; it is never taken to end before it', async () => {
    const { id: room } = await group(ada, ben)
    const line = await ada.openSocket()
    const { seq } = await line.send('message.send', { room, clientId: randomUUID(), text: 'here' })
    await first.app.db.query(sql`delete from messages where room_id = ${room} and seq = ${seq}`)
    const lost = line.send('room.sync', { room, after: 0 })
    await expect(lost).rejects.toMatchObject({ code: 'internal' })
    const upTo = await line.send('room.sync', { room, after: 0, limit: seq - 1 })
    expect(upTo).toMatchObject({ lastSeq: seq, hasMore: true })
    line.close()
  })

  it('L8 a room says where its log begins', async () => {
    const { id } = await group(ada)
    const rows = await first.app.db.query(sql`select first_seq from rooms where id = ${id}`)
    expect(rows).toEqual([{ first_seq: 1 }])
  })
})

it('S9 a node that goes down asks every socket to come back at a time of its own', async () => {
  const started = await startApp()
  const ada = await started.person('ada')
  const sockets = await Promise.all([ada.openSocket(), ada.openSocket(), ada.openSocket()])
  const told: number[] = []
  for (const socket of sockets) socket.on('reconnect', ({ afterMs }) => told.push(afterMs))
  await started.close()
  for (const socket of sockets) expect(await socket.closed).toMatchObject({ code: 4000 })
  expect(told).toHaveLength(3)
  for (const afterMs of told) expect(afterMs).toBeLessThanOrEqual(5000)
  expect(new Set(told).size).toBeGreaterThan(1)
})

it('H5 the hub carries a log of whatever, and asks nothing of its frames', async () => {
  const rain = (seq: number) => ({ topic: 'weather', seq, frame: { rain: `${seq} mm` } })
  const source = {
    lastSeqs: async () => new Map([['weather', 7]]),
    read: async (_: string, after: number, upTo: number) =>
      Array.from({ length: upTo - after }, (_, n) => rain(after + n + 1)),
  }
  const logger = createLogger({ level: 'silent', format: 'json' })
  const hub = new Hub({ bus: new MemoryBus(), source, logger })
  const heard: string[] = []
  const listener: HubConnection = {
    userId: randomUUID(),
    sessionId: randomUUID(),
    lastHeardAt: 0,
    userSeq: undefined,
    deliver: ({ bytes }) => heard.push(...textsIn(bytes)),
    receiveNews: () => undefined,
    endSession: () => undefined,
    replace: () => undefined,
  }
  await hub.enter(listener)
  await hub.topics.open(listener, ['weather'])
  hub.topics.setGate(listener, 'weather', 5, 0)
  await hub.topics.catchUp(listener, 'weather', async () => undefined)
  hub.publish([rain(8)])
  expect(heard).toEqual([6, 7, 8].map((seq) => JSON.stringify(rain(seq).frame)))
  hub.close()
})
