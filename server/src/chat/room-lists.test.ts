import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chatWorld, text } from '../../test/chat-world.ts'
import type { ChatWorld } from '../../test/chat-world.ts'
import { times } from '../../test/times.ts'
import type { Caller } from '../contract/caller.ts'
import { encodeCursor } from '../contract/cursor.ts'
import { sql } from '../infra/sql.ts'

describe('lists of rooms', () => {
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

  describe('of mine', () => {
    it('begins with the latest activity and gives every room once, however the pages are cut', async () => {
      const viewer = await world.person('viewer')
      const rooms = []
      for (let n = 0; n < 9; n++) rooms.push(await world.room(viewer, [ben]))
      // Several written to in one millisecond: the id decides.
      const at = '2026-01-01T00:00:00.000Z'
      await world.db.query(sql`update rooms set created_at = ${at}
        where id = any(${rooms.slice(0, 5).map(({ id }) => id)})`)
      await world.messages.send(ben, rooms[2]?.id ?? '', text('latest'))
      const whole = await world.rooms.list(viewer, { limit: 200 })
      expect(whole.items.map(({ id }) => id).slice(0, 2)).toEqual([rooms[2]?.id, rooms[8]?.id])
      for (const limit of [1, 2, 4, 8, 9]) {
        const seen = []
        let cursor: string | undefined
        do {
          const page = await world.rooms.list(viewer, { limit, ...(cursor && { cursor }) })
          expect(page.items.length).toBeLessThanOrEqual(limit)
          seen.push(...page.items)
          cursor = page.nextCursor ?? undefined
        } while (cursor !== undefined)
        expect(seen).toEqual(whole.items)
      }
    })

    it('a room that was written to between two pages is not in the later one', async () => {
      const viewer = await world.person('pager')
      const rooms = []
      for (let n = 0; n < 4; n++) rooms.push(await world.room(viewer, [ben]))
      const first = await world.rooms.list(viewer, { limit: 2 })
      await world.messages.send(ben, rooms[0]?.id ?? '', text('now'))
      const second = await world.rooms.list(viewer, { limit: 2, cursor: first.nextCursor ?? '' })
      expect(second.items.map(({ id }) => id)).toEqual([rooms[1]?.id])
    })

    it('shows the last message that is not deleted, and what is unread', async () => {
      const viewer = await world.person('reader')
      const room = await world.room(ben, [viewer])
      await world.messages.send(ben, room.id, text('first'))
      const { seq } = await world.messages.send(ben, room.id, text('second'))
      const shown = async () => (await world.rooms.list(viewer, {})).items[0]
      expect(await shown()).toMatchObject({ lastMessage: { text: 'second' }, unread: 2 })
      await world.messages.delete(ben, room.id, seq)
      expect(await shown()).toMatchObject({ lastMessage: { text: 'first' }, unread: 1 })
    })

    it('refuses cursors it did not make', async () => {
      const id = randomUUID()
      for (const cursor of [
        'nonsense',
        encodeCursor(['2026-02-30T00:00:00.000Z', id]),
        encodeCursor(['0000-01-01T00:00:00.000Z', id]),
        encodeCursor(['12', id]),
        encodeCursor(['2026-01-01T00:00:00.000Z', 'x']),
        encodeCursor([1, id]),
      ]) {
        const list = world.rooms.list(ada, { cursor })
        await expect(list).rejects.toMatchObject({ code: 'invalid_request' })
      }
    })
  })

  describe('of channels', () => {
    const find = async (q: string) => {
      const { items } = await world.rooms.channels(cleo, { q, limit: 200 })
      return items.map(({ name }) => name)
    }
    const named = async (...names: string[]) => {
      for (const name of names) await world.room(ada, [], { kind: 'channel', name })
    }

    it('are found by a part of their name in any case and script, with what one typed as it is', async () => {
      await named('100% wool', '100 percent', 'snake_case', 'snakeXcase', String.raw`back\slash`)
      await named('ÄRGER', 'Straße', 'Привет Мир', '東京の部屋', 'İstanbul', 'emoji 🎈 room')
      expect(await find('0%')).toEqual(['100% wool'])
      expect(await find('e_c')).toEqual(['snake_case'])
      expect(await find('\\')).toEqual([String.raw`back\slash`])
      expect(await find('%')).toEqual(['100% wool'])
      expect(await find('ärg')).toEqual(['ÄRGER'])
      expect(await find('A\u0308RG')).toEqual(['ÄRGER'])
      expect(await find('STRASSE')).toEqual([])
      expect(await find('straßE')).toEqual(['Straße'])
      expect(await find('привет мир')).toEqual(['Привет Мир'])
      expect(await find('京の')).toEqual(['東京の部屋'])
      expect(await find('🎈')).toEqual(['emoji 🎈 room'])
      expect(await find(' percent ')).toEqual(['100 percent'])
      expect(await find("'; drop table rooms; --")).toEqual([])
    })

    it('come by name in pages, each once, also those of one name', async () => {
      await named(...times(5, () => 'page same'), 'Page B', 'page a', 'page Z', 'page z')
      const whole = await find('page')
      expect(whole.map((name) => name?.toLowerCase())).toEqual([
        'page a',
        'page b',
        ...times(5, () => 'page same'),
        'page z',
        'page z',
      ])
      for (const limit of [1, 2, 3, 8]) {
        const seen = []
        let cursor: string | undefined
        do {
          const page = await world.rooms.channels(cleo, {
            q: 'page',
            limit,
            ...(cursor && { cursor }),
          })
          seen.push(...page.items)
          cursor = page.nextCursor ?? undefined
        } while (cursor !== undefined)
        expect(new Set(seen.map(({ id }) => id)).size).toBe(9)
        expect(seen.map(({ name }) => name)).toEqual(whole)
      }
    })

    it('leave out groups and what is archived, and say what one has joined', async () => {
      const group = await world.room(ada, [cleo], { name: 'quiet group' })
      const channel = await world.room(ada, [], { kind: 'channel', name: 'quiet channel' })
      expect(await find('quiet')).toEqual(['quiet channel'])
      await world.rooms.join(cleo, channel.id)
      const { items } = await world.rooms.channels(cleo, { q: 'quiet' })
      expect(items).toMatchObject([{ joined: true, memberCount: 2 }])
      expect(items[0]).not.toHaveProperty('lastSeq')
      await world.rooms.change(ada, channel.id, { archived: true })
      expect(await find('quiet')).toEqual([])
      expect(group.kind).toBe('group')
    })
  })
})
