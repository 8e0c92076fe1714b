/** What the objects behind the pages hold after a long day. */
import type { ParleyClient } from '@parley/client'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { ask } from '../../server/test/servers/embedded.ts'
import { startApp } from '../../server/test/start-app.ts'
import type { Started } from '../../server/test/start-app.ts'
import { RoomLog } from '../src/conversation/room-news.ts'
import { IdleRooms } from '../src/state/idle-rooms.ts'
import { People } from '../src/state/people.ts'
import { newGroup, write } from './group.ts'

let app: Started
beforeAll(async () => {
  app = await startApp()
})
afterAll(() => app.close())

/** A message and a new topic in turn. */
async function changeMuch(client: ParleyClient & { userId: string }, room: string, pairs: number) {
  await ask(
    app.databaseUrl,
    `with room as (
       update rooms set last_seq = last_seq + ${2 * pairs} where id = '${room}'
       returning id, last_seq - ${2 * pairs} as before
     ), said as (
       insert into messages (room_id, seq, author_id, client_id, text, version, created_at)
       select id, before + 2 * n, '${client.userId}', gen_random_uuid(), n, before + 2 * n, now()
       from room, generate_series(1, ${pairs}) n
     )
     insert into room_changes (room_id, seq, type, actor_id, changed, at)
     select id, before + 2 * n - 1, 'room.updated', '${client.userId}', '{topic}', now()
     from room, generate_series(1, ${pairs}) n`,
  )
}

test('what stands between messages is kept as far as they are, up the room and down again', async () => {
  const { people, id } = await newGroup(app, 'Changed', 'ada')
  const [ada] = people
  const pairs = 700
  await changeMuch(ada, id, pairs)
  await ada.connect()
  const room = ada.rooms.get(id)
  if (!room) throw new Error('the room is not there')
  const log = new RoomLog({ client: ada, people: new People(ada) }, room)
  await room.load(100)
  let most = 0
  const look = async (): Promise<void> => {
    await log.fill()
    most = Math.max(most, log.size)
    const [first = 0, last = 0] = [room.messages[0]?.seq, room.messages.at(-1)?.seq]
    const between = log.news.value.filter(({ seq }) => seq > first && seq < last)
    expect(between.length).toBe((last - first) / 2) // one before each message but the first
  }
  while (room.hasOlder) {
    await room.loadOlder(100)
    if (room.messages.length > 200) room.keep('oldest', 200)
    await look()
  }
  while (room.hasNewer) {
    await room.loadNewer(100)
    if (room.messages.length > 200) room.keep('newest', 200)
    await look()
  }
  expect(most).toBeGreaterThan(150)
  expect(most).toBeLessThanOrEqual(400) // 200 messages, and what stands before each
  expect(log.news.value.length).toBeLessThanOrEqual(200)
  log.close()
})

test('a room that was left keeps a page of what is said in it, one in use all of it', async () => {
  const { people, id } = await newGroup(app, 'Busy', 'bea', 'cid')
  const [bea, cid] = people
  await bea.connect()
  const rooms = new IdleRooms(bea)
  const room = bea.rooms.get(id)
  if (!room) throw new Error('the room is not there')
  await room.load(100)
  const leave = rooms.use(room)
  const hears = async (count: number): Promise<void> => {
    const { lastSeq } = room.info
    await Promise.all(Array.from({ length: count }, (_, n) => write(cid, id, `${n}`)))
    await vi.waitFor(() => expect(room.info.lastSeq).toBe(lastSeq + count), 10_000)
  }
  await hears(250)
  expect(room.messages.length).toBe(250)
  leave()
  expect(room.messages.length).toBe(100)
  await hears(250)
  expect(room.messages.length).toBeLessThanOrEqual(200)
  expect(room.messages.at(-1)?.seq).toBe(room.info.lastSeq)
})
