import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chatWorld, text } from '../../test/chat-world.ts'
import type { ChatWorld } from '../../test/chat-world.ts'
import { subjectOf } from '../../test/room-audit.ts'
import type { Caller } from '../contract/caller.ts'
import { sql } from '../infra/sql.ts'
import type { LogEntry } from './frames.ts'

describe('the log of a room', () => {
  let world: ChatWorld
  let ada: Caller
  let ben: Caller

  beforeAll(async () => {
    world = await chatWorld()
    ada = await world.person('ada')
    ben = await world.person('ben')
  })
  afterAll(() => world.close())

  const page = (roomId: string, after: number, limit = 200) =>
    world.log.page(ada.userId, roomId, after, limit)
  const identityOf = (entry: LogEntry) => {
    const { type, seq, at, room } = entry
    return { type, seq, at, room, subject: subjectOf(entry) }
  }
  const contentOf = ({ items }: { items: LogEntry[] }, seq: number) =>
    items.find((entry) => entry.seq === seq)?.data

  it('L7 is read in closed ranges that join without a hole', async () => {
    const room = await world.room(ada, [ben])
    for (const word of ['one', 'two']) {
      const { seq } = await world.messages.send(ada, room.id, text(word))
      await world.messages.edit(ada, room.id, seq, `${word}, corrected`)
    }
    const whole = await page(room.id, 0)
    expect(whole).toMatchObject({ lastSeq: 6, hasMore: false })
    expect(whole.items.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6])
    for (const limit of [1, 2, 4, 5]) {
      const items: LogEntry[] = []
      let more = true
      while (more) {
        const next = await page(room.id, items.length, limit)
        items.push(...next.items)
        more = next.hasMore
      }
      expect(items).toEqual(whole.items)
    }
    expect(await page(room.id, 6)).toEqual({ items: [], lastSeq: 6, hasMore: false })
    await expect(page(room.id, 7)).rejects.toMatchObject({ code: 'invalid_seq', status: 400 })
  })

  it('P2 keeps every identity for ever and shows contents as they are now', async () => {
    const room = await world.room(ada, [ben])
    const { seq: kept } = await world.messages.send(ada, room.id, text('draft'))
    const { seq: gone } = await world.messages.send(ben, room.id, text('regretted'))
    await world.members.put(ada, room.id, ben.userId, 'admin')
    await world.rooms.change(ada, room.id, { name: 'First' })
    const before = await page(room.id, 0)
    await world.messages.edit(ada, room.id, kept, 'final')
    await world.messages.delete(ben, room.id, gone)
    await world.rooms.change(ada, room.id, { name: 'Second' })
    await world.members.put(ada, room.id, ben.userId, 'member')
    await world.members.remove(ben, room.id, 'me')
    const after = await page(room.id, 0)
    expect(after.items.slice(0, before.items.length).map(identityOf)).toEqual(
      before.items.map(identityOf),
    )
    expect(contentOf(before, kept)).toMatchObject({ text: 'draft', version: kept })
    expect(contentOf(after, kept)).toMatchObject({ text: 'final', version: 7 })
    expect(contentOf(after, gone)).toMatchObject({ text: null, version: 8 })
    expect(contentOf(after, 5)).toEqual(contentOf(before, 5)) // the role it gave then
    expect(contentOf(after, 6)).toMatchObject({ name: 'Second', version: 9 })
  })

  it('L7 says that it is broken where an entry is missing, and never passes it over', async () => {
    const room = await world.room(ada, [ben])
    await world.messages.send(ada, room.id, text('hello'))
    await world.db.query(sql`delete from room_changes where room_id = ${room.id} and seq = 2`)
    await expect(page(room.id, 0)).rejects.toThrow('has 2 entries in (0, 3]')
    expect((await page(room.id, 2)).items).toHaveLength(1)
  })

  it('L2 holds no text besides that of the messages', async () => {
    const columns = await world.db.query<{ name: string }>(sql`
      select column_name as name from information_schema.columns
      where table_name = 'room_changes' and data_type = 'text' order by name`)
    expect(columns.map(({ name }) => name)).toEqual(['reason', 'role', 'type'])
  })
})
