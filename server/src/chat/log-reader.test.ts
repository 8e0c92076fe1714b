import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chatWorld } from '../../test/chat-world.ts'
import type { ChatWorld } from '../../test/chat-world.ts'
import type { Caller } from '../contract/caller.ts'
import type { DbHandle } from '../infra/db.ts'
import { sql } from '../infra/sql.ts'
import type { Sql } from '../infra/sql.ts'
import { RoomLogSource, topicOf } from './log-reader.ts'

describe('H2 what many ask of the logs at once', () => {
  let world: ChatWorld
  let ada: Caller
  let source: RoomLogSource
  let statements: string[]

  beforeAll(async () => {
    world = await chatWorld()
    ada = await world.person('ada')
    const counted: DbHandle = {
      query: <Row extends object>(statement: Sql) => {
        statements.push(statement.name ?? statement.text)
        return world.db.query<Row>(statement)
      },
    }
    source = new RoomLogSource({ db: counted })
  })
  afterAll(() => world.close())

  /** A room whose log ends with so many messages and a new name. */
  async function written(messages: number) {
    const { id, lastSeq } = await world.room(ada)
    for (let n = 0; n < messages; n++) {
      await world.messages.send(ada, id, { clientId: randomUUID(), text: `${id} ${n}` })
    }
    await world.rooms.change(ada, id, { topic: `of ${id}` })
    statements = []
    return { id, topic: topicOf(id), from: lastSeq, end: lastSeq + messages + 1 }
  }

  it('is read in one statement, each range whole and its own', async () => {
    const rooms = [await written(2), await written(3), await written(0)]
    const logs = await Promise.all(
      rooms.map(({ topic, from, end }) => source.read(topic, from, end)),
    )
    expect(statements).toEqual(['list-log-rows', 'list-rooms'])
    for (const [at, { id, topic, from, end }] of rooms.entries()) {
      const entries = logs[at] ?? []
      const seqs = Array.from({ length: end - from }, (_, n) => from + n + 1)
      expect(entries.map(({ seq }) => seq)).toEqual(seqs)
      expect(entries.every((entry) => entry.topic === topic && entry.frame['room'] === id)).toBe(
        true,
      )
      expect(entries.at(-1)?.frame).toMatchObject({
        type: 'room.updated',
        data: { topic: `of ${id}` },
      })
      expect(entries[0]?.frame).toMatchObject({ room: id })
    }
  })

  it('is read once where it is the same', async () => {
    const { topic, from, end } = await written(1)
    const asked = Array.from({ length: 50 }, () => source.read(topic, from, end))
    const [first, ...others] = await Promise.all(asked)
    for (const other of others) expect(other).toEqual(first)
    expect(statements).toEqual(['list-log-rows', 'list-rooms'])
  })

  it('fails alone where its log lost an entry (L7)', async () => {
    const [whole, broken] = [await written(1), await written(1)]
    await world.db.query(sql`delete from messages where room_id = ${broken.id}`)
    const [good, bad] = await Promise.allSettled(
      [whole, broken].map(({ topic, from, end }) => source.read(topic, from, end)),
    )
    expect(good).toMatchObject({ status: 'fulfilled', value: [{ seq: whole.from + 1 }, {}] })
    expect(bad).toMatchObject({ status: 'rejected' })
  })
})
