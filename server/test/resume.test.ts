import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Socket } from '@parley/client'
import { sql } from '../src/infra/sql.ts'
import { startApp } from './start-app.ts'
import type { Person, Started } from './start-app.ts'

/** The entries of one room, as a connection was given them. */
function entriesOf(connection: Socket, room: string): number[] {
  const seqs: number[] = []
  connection.onFrame((frame) => {
    if ('seq' in frame && 'at' in frame && frame.room === room) seqs.push(frame.seq)
  })
  return seqs
}

describe('a connection that comes back', () => {
  let started: Started
  let ada: Person
  let ben: Person
  let room: string

  beforeAll(async () => {
    started = await startApp()
    ada = await started.person('ada')
    ben = await started.person('ben')
    const body = { clientId: randomUUID(), kind: 'group', name: 'Walk', memberIds: [ben.userId] }
    const { data } = await ada.http.POST('/v1/rooms', { body: { ...body, kind: 'group' } })
    room = data.id
  })
  afterAll(() => started.close())

  async function send(count: number): Promise<number> {
    const path = { roomId: room }
    let last = 0
    for (let n = 0; n < count; n++) {
      const body = { clientId: randomUUID(), text: `message ${n}` }
      const { data } = await ada.http.POST('/v1/rooms/{roomId}/messages', {
        params: { path },
        body,
      })
      last = data.seq
    }
    return last
  }
  const range = (from: number, to: number) =>
    Array.from({ length: to - from + 1 }, (_, n) => from + n)

  /** Connects and waits for `live`; the seqs of the room as they came. */
  async function connect(resume: Parameters<Person['openSocket']>[0] = {}) {
    const connection = await ben.openSocket(resume)
    const seqs = entriesOf(connection, room)
    const frames: string[] = []
    connection.onFrame(({ type }) => frames.push(type))
    await vi.waitFor(() => expect(frames).toContain('live'))
    return { connection, seqs, frames }
  }

  it('S2 gets exactly what it missed, in order, then what happens now', async () => {
    const cursor = await send(1)
    const last = await send(120)
    const { connection, seqs } = await connect({ cursors: { [room]: cursor } })
    expect(seqs).toEqual(range(cursor + 1, last))
    const next = await send(2)
    await vi.waitFor(() => expect(seqs).toEqual(range(cursor + 1, next)))
    connection.close()
  })

  it('S2 without a cursor begins after the lastSeq of ready', async () => {
    const last = await send(1)
    const { connection, seqs } = await connect()
    expect(connection.ready.rooms[0]?.lastSeq).toBe(last)
    const next = await send(1)
    await vi.waitFor(() => expect(seqs).toEqual([next]))
    connection.close()
  })

  it('S2 is told to start afresh past 500 entries, for an impossible cursor and another epoch', async () => {
    const cursor = await send(1)
    await started.app.db.query(sql`
      insert into messages (room_id, seq, author_id, client_id, text, version, created_at)
      select ${room}, n, ${ada.userId}, gen_random_uuid(), 'many', n, now()
      from generate_series(${cursor + 1}::bigint, ${cursor + 501}::bigint) n`)
    await started.app.db.query(sql`update rooms set last_seq = ${cursor + 501} where id = ${room}`)
    const tooFar = await connect({ cursors: { [room]: cursor } })
    expect(tooFar.frames).toContain('reset')
    expect(tooFar.seqs).toEqual([])
    const impossible = await connect({ cursors: { [room]: cursor + 9999 } })
    expect(impossible.frames).toContain('reset')
    const { epoch } = tooFar.connection.ready
    const same = await connect({ cursors: { [room]: cursor + 499 }, epoch })
    expect(same.seqs).toEqual([cursor + 500, cursor + 501])
    const other = await connect({ cursors: { [room]: cursor + 499 }, epoch: 'another history' })
    expect(other.frames).toContain('reset')
    expect(other.seqs).toEqual([])
    for (const { connection } of [tooFar, impossible, same, other]) connection.close()
  })

  it('S2 is told which rooms are gone', async () => {
    const gone = randomUUID()
    const connection = await ben.openSocket({ cursors: { [gone]: 3 } })
    const rooms: unknown[] = []
    connection.on('room.gone', (frame) => rooms.push(frame.data.room))
    await vi.waitFor(() => expect(rooms).toEqual([gone]))
    connection.close()
  })

  it('S2 misses nothing that is sent while it is being answered', async () => {
    const cursor = await send(1)
    const sending = send(60)
    const connections = await Promise.all(
      range(1, 8).map(() => connect({ cursors: { [room]: cursor } })),
    )
    const last = await sending
    for (const { connection, seqs } of connections) {
      await vi.waitFor(() => expect(seqs).toEqual(range(cursor + 1, last)))
      connection.close()
    }
  })

  it('H4 follows a room from the moment she is added, and hears nothing after she was removed', async () => {
    const { connection, frames } = await connect()
    const body = { clientId: randomUUID(), kind: 'group' as const, name: 'Later' }
    const { data: later } = await ada.http.POST('/v1/rooms', { body })
    const seqs = entriesOf(connection, later.id)
    const member = { params: { path: { roomId: later.id, userId: ben.userId } } }
    await ada.http.PUT('/v1/rooms/{roomId}/members/{userId}', { ...member, body: {} })
    await vi.waitFor(() => expect(frames).toContain('room.added'))
    const inLater = { params: { path: { roomId: later.id } } }
    const message = (text: string) => ({ ...inLater, body: { clientId: randomUUID(), text } })
    await ada.http.POST('/v1/rooms/{roomId}/messages', message('hello'))
    await vi.waitFor(() => expect(seqs).toEqual([3]))
    await ada.http.DELETE('/v1/rooms/{roomId}/members/{userId}', member)
    await vi.waitFor(() => expect(frames).toContain('room.gone'))
    await ada.http.POST('/v1/rooms/{roomId}/messages', message('without Ben'))
    await connection.send('read.set', { room, seq: 1 }) // a round trip after that send
    expect(seqs).toEqual([3, 4])
    connection.close()
  })
})
