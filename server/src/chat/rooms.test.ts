import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chatWorld } from '../../test/chat-world.ts'
import type { ChatWorld } from '../../test/chat-world.ts'
import { times } from '../../test/times.ts'
import type { Caller } from '../contract/caller.ts'
import { sql } from '../infra/sql.ts'
import { readLog } from './log-reader.ts'
import type { CreateRoom } from './room-creation.ts'

describe('rooms', () => {
  let world: ChatWorld
  let ada: Caller
  let ben: Caller
  let cleo: Caller

  beforeAll(async () => {
    world = await chatWorld()
    ada = await world.person('ada')
    ben = await world.person('ben')
    cleo = await world.person('cleo')
  })
  afterAll(() => world.close())

  const asked = (more: Partial<CreateRoom> = {}): CreateRoom => ({
    clientId: randomUUID(),
    kind: 'group',
    name: 'Weekend walk',
    ...more,
  })
  const countRooms = async () => {
    const [row] = await world.db.query<{ count: number }>(sql`select count(*) from rooms`)
    return row?.count ?? 0
  }

  describe('creation', () => {
    it('makes the caller owner and first member, then the others as they were named', async () => {
      const memberIds = [ben, cleo, ben, ada].map(({ userId }) => userId)
      const { room, repeated } = await world.rooms.create(ada, asked({ memberIds }))
      expect(repeated).toBe(false)
      expect(room).toMatchObject({ role: 'owner', joinedSeq: 1, lastSeq: 3, version: 0, unread: 0 })
      const { items } = await world.members.list(ada, room.id, {})
      expect(items.map(({ user, role, joinedSeq }) => [user.username, role, joinedSeq])).toEqual([
        ['ada', 'owner', 1],
        ['ben', 'member', 2],
        ['cleo', 'member', 3],
      ])
    })

    it('P3 a repeat answers with the room as it is now', async () => {
      const input = asked({ memberIds: [ben.userId] })
      const { room } = await world.rooms.create(ada, input)
      await world.rooms.change(ada, room.id, { name: 'Sunday walk' })
      const again = await world.rooms.create(ada, input)
      expect(again).toMatchObject({ repeated: true, room: { id: room.id, name: 'Sunday walk' } })
      const bens = await world.rooms.create(ben, input)
      expect(bens).toMatchObject({ repeated: false })
    })

    it('P3 a repeat is answered though someone it names could not be added any more', async () => {
      const dora = await world.person('dora')
      const input = asked({ memberIds: [dora.userId] })
      const { room } = await world.rooms.create(ada, input)
      await world.suspend(dora)
      expect(await world.rooms.create(ada, input)).toMatchObject({ room: { id: room.id } })
    })

    it('P3 another content under the same clientId is a conflict', async () => {
      const input = asked({ topic: 'Where to?', memberIds: [ben.userId] })
      await world.rooms.create(ada, input)
      const others: Partial<CreateRoom>[] = [
        { kind: 'channel' },
        { name: 'Other' },
        { topic: '' },
        { history: 'sinceJoin' },
        { memberIds: [] },
      ]
      for (const other of others) {
        await expect(world.rooms.create(ada, { ...input, ...other })).rejects.toMatchObject({
          code: 'client_id_conflict',
          status: 409,
        })
      }
    })

    it('P3 membership is judged before repeats: who left the room is not told about it', async () => {
      const input = asked()
      const { room } = await world.rooms.create(ada, input)
      await world.members.put(ada, room.id, ben.userId, 'owner')
      await world.members.remove(ada, room.id, 'me')
      for (const again of [input, { ...input, name: 'Other' }]) {
        await expect(world.rooms.create(ada, again)).rejects.toMatchObject({
          code: 'room_not_found',
        })
      }
    })

    it('P3 one clientId raced is one room', async () => {
      const before = await countRooms()
      for (let round = 1; round <= 5; round++) {
        const input = asked({ memberIds: [ben.userId] })
        const made = await Promise.all(times(6, () => world.rooms.create(ada, input)))
        expect(new Set(made.map(({ room }) => room.id)).size).toBe(1)
        expect(made.filter(({ repeated }) => !repeated)).toHaveLength(1)
        expect(await countRooms()).toBe(before + round)
      }
    })

    it('refuses names nobody could read, and composes and trims the others', async () => {
      for (const name of ['', ' \t', '\u200b\u200d', 'a\nb', 'abc\u202edef']) {
        await expect(world.rooms.create(ada, asked({ name }))).rejects.toMatchObject({
          code: 'invalid_request',
          errors: [{ pointer: '/name' }],
        })
      }
      const { room } = await world.rooms.create(ada, asked({ name: ' Cafe\u0301 ' }))
      expect(room.name).toBe('Caf\u00e9')
      const change = world.rooms.change(ada, room.id, { name: '\u202e' })
      await expect(change).rejects.toMatchObject({ code: 'invalid_request' })
    })

    it('of a room that is refused nothing is left', async () => {
      const before = await countRooms()
      const memberIds = [ben.userId, randomUUID()]
      const input = asked({ memberIds })
      await expect(world.rooms.create(ada, input)).rejects.toMatchObject({ code: 'user_not_found' })
      expect(await countRooms()).toBe(before)
      const fixed = await world.rooms.create(ada, { ...input, memberIds: [ben.userId] })
      expect(fixed.repeated).toBe(false)
    })
  })

  describe('direct rooms', () => {
    it('are one a pair, raced from both sides', async () => {
      for (let round = 0; round < 5; round++) {
        const [one, two] = [await world.person(`one${round}`), await world.person(`two${round}`)]
        const opens = times(4, () => [
          world.rooms.direct(one, two.userId),
          world.rooms.direct(two, one.userId),
        ]).flat()
        const opened = await Promise.all(opens)
        expect(new Set(opened.map(({ room }) => room.id)).size).toBe(1)
        expect(opened.filter(({ repeated }) => !repeated)).toHaveLength(1)
        const { items } = await world.members.list(one, opened[0]?.room.id ?? '', {})
        expect(items).toHaveLength(2)
      }
    })

    it('show the other one as peer, and have no name', async () => {
      const { room } = await world.rooms.direct(ada, ben.userId)
      expect(room).toMatchObject({ name: null, role: 'member', peer: { username: 'ben' } })
      expect(await world.rooms.get(ben, room.id)).toMatchObject({ peer: { username: 'ada' } })
      expect((await world.rooms.direct(ben, ada.userId)).room.id).toBe(room.id)
    })

    it('are there for people who block each other, once they were made', async () => {
      const [eve, fay] = [await world.person('eve'), await world.person('fay')]
      const { room } = await world.rooms.direct(eve, fay.userId)
      await world.block(fay, eve)
      const again = await world.rooms.direct(eve, fay.userId)
      expect(again).toMatchObject({ repeated: true, room: { id: room.id } })
    })

    it('need another person', async () => {
      await expect(world.rooms.direct(ada, ada.userId)).rejects.toMatchObject({
        code: 'direct_with_self',
        status: 422,
      })
    })
  })

  describe('changes', () => {
    it('P2 are an entry each, whose seq is the version of the room', async () => {
      const room = await world.room(ada, [ben])
      const heard = await world.listen(ben, room)
      const renamed = await world.rooms.change(ada, room.id, { name: 'New', topic: 'Why?' })
      expect(renamed).toMatchObject({ name: 'New', topic: 'Why?', version: 3, lastSeq: 3 })
      const archived = await world.rooms.change(ada, room.id, { archived: true })
      expect(archived.archivedAt).not.toBeNull()
      const { id, kind, name, topic, history, createdAt, archivedAt, version } = archived
      const info = { id, kind, name, topic, history, createdAt, archivedAt, version }
      expect(heard.frames).toMatchObject([
        { type: 'room.updated', seq: 3, data: { by: ada.userId, changed: ['name', 'topic'] } },
        { seq: 4, data: { ...info, by: ada.userId, changed: ['archived'] } },
      ])
      expect(Object.keys(heard.frames[1]?.data ?? {}).toSorted()).toEqual(
        [...Object.keys(info), 'by', 'changed'].toSorted(),
      )
    })

    it('that change nothing write nothing', async () => {
      const room = await world.room(ada, [], { topic: 'Why?' })
      const same = { name: ' Walk ', topic: 'Why?', archived: false }
      expect(await world.rooms.change(ada, room.id, same)).toEqual(room)
      const archived = await world.rooms.change(ada, room.id, { archived: true })
      expect(await world.rooms.change(ada, room.id, { archived: true })).toEqual(archived)
    })

    it('P2 tell who made them and what they changed, live and when read again', async () => {
      const room = await world.room(ada, [ben])
      const heard = await world.listen(ben, room)
      const both = { name: 'Closed', archived: true }
      for (const change of [{ topic: 'Why?' }, both, { archived: false }]) {
        await world.rooms.change(ada, room.id, change)
      }
      const told = [['topic'], ['name', 'archived'], ['reopened']]
      const entries = told.map((changed) => ({ data: { by: ada.userId, changed } }))
      expect(heard.frames).toMatchObject(entries)
      const items = await readLog(
        world.db,
        { roomId: room.id, visibleFrom: 1 },
        room.lastSeq,
        room.lastSeq + 3,
      )
      expect(items).toMatchObject(entries)
    })

    it('P2 follow the first entry, which is that of the maker', async () => {
      for (const kind of ['group', 'channel'] as const) {
        const room = await world.room(ada, [ben], { kind })
        const [first] = await readLog(world.db, { roomId: room.id, visibleFrom: 1 }, 0, 1)
        expect(first).toMatchObject({
          seq: 1,
          type: 'member.joined',
          data: { user: { id: ada.userId }, role: 'owner' },
        })
      }
    })

    it('P2 from before changes were told are entries all the same', async () => {
      const room = await world.room(ada)
      await world.rooms.change(ada, room.id, { topic: 'Why?' })
      await world.db.query(sql`update room_changes set changed = null where room_id = ${room.id}`)
      const items = await readLog(
        world.db,
        { roomId: room.id, visibleFrom: 1 },
        room.lastSeq,
        room.lastSeq + 1,
      )
      expect(items).toMatchObject([{ data: { by: ada.userId, changed: null, topic: 'Why?' } }])
    })

    it('of the name and the archive at once are one entry, for owners', async () => {
      const room = await world.room(ada, [ben])
      await world.members.put(ada, room.id, ben.userId, 'admin')
      const both = { name: 'Closed', archived: true }
      await expect(world.rooms.change(ben, room.id, both)).rejects.toMatchObject({
        code: 'forbidden',
      })
      expect(await world.rooms.change(ada, room.id, both)).toMatchObject({
        name: 'Closed',
        version: 4,
      })
    })
  })
})
