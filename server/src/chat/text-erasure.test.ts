import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { chatWorld } from '../../test/chat-world.ts'
import type { ChatWorld } from '../../test/chat-world.ts'
import type { Caller } from '../contract/caller.ts'
import { sql } from '../infra/sql.ts'

describe('taking texts back', () => {
  let world: ChatWorld
  beforeAll(async () => {
    world = await chatWorld()
  })
  afterAll(() => world.close())

  const write = (who: Caller, roomId: string, text: string) =>
    world.messages.send(who, roomId, { clientId: randomUUID(), text })
  const run = () => world.textErasure.run(new AbortController().signal)
  const stored = (roomId: string, { userId }: Caller) =>
    world.db.query<{ seq: number; version: number; text: string | null; print: boolean }>(
      sql`select seq, version, text, fingerprint is not null as print from messages
        where room_id = ${roomId} and author_id = ${userId} order by seq`,
    )

  it('L2 makes every message of a deleted person a tombstone, told entry by entry', async () => {
    const [ada, ben] = [await world.person('ada'), await world.person('ben')]
    const room = await world.room(ben, [ada])
    const sent = await Promise.all(
      Array.from({ length: 130 }, (_, n) => write(ada, room.id, `mine ${n}`)),
    )
    const deletedBefore = sent[0]?.seq ?? 0
    await world.messages.delete(ada, room.id, deletedBefore)
    await write(ben, room.id, 'his')
    const ear = await world.listen(ben, room)
    await world.accounts.deleteOwnUser(ada.userId, 'erase')
    await run()

    const hers = await stored(room.id, ada)
    expect(hers).toHaveLength(130)
    for (const { text, print } of hers) expect([text, print]).toEqual([null, false])
    expect(await stored(room.id, ben)).toMatchObject([{ text: 'his', print: true }])
    await vi.waitFor(() => {
      const told = ear.log(room.id).filter(({ type }) => type === 'message.deleted')
      expect(told.map(({ seq, data }) => [seq, data])).toEqual(
        hers
          .filter(({ seq }) => seq !== deletedBefore)
          .map(({ seq, version }) => [version, { message: seq, by: ada.userId }]),
      )
    })
  })

  it('P2 leaves the log of the room without a gap', async () => {
    const [cora, dan] = [await world.person('cora'), await world.person('dan')]
    const room = await world.room(dan, [cora])
    await write(cora, room.id, 'mine')
    await world.accounts.deleteOwnUser(cora.userId, 'erase')
    await run()
    const { items, lastSeq } = await world.log.page(dan.userId, room.id, 0, 100)
    expect(items.map(({ seq }) => seq)).toEqual(Array.from({ length: lastSeq }, (_, n) => n + 1))
    expect(items.at(-1)).toMatchObject({ type: 'message.deleted', data: { by: cora.userId } })
  })

  it('looks again for a minute: a message may have been on its way to a direct room', async () => {
    const [eve, fay] = [await world.person('eve'), await world.person('fay')]
    const { room } = await world.rooms.direct(eve, fay.userId)
    await write(eve, room.id, 'in time')
    await world.accounts.deleteOwnUser(eve.userId, 'erase')
    await run()
    await write(eve, room.id, 'late')
    await run()
    expect((await stored(room.id, eve)).map(({ text }) => text)).toEqual([null, null])
    const waiting = () =>
      world.db.query(sql`select from text_erasures where user_id = ${eve.userId}`)
    expect(await waiting()).toHaveLength(1)
    const now = Date.now()
    world.clock.now = () => now + 61_000
    await run()
    expect(await waiting()).toHaveLength(0)
    world.clock.now = () => Date.now()
  })

  it('is not done unless she asks for it', async () => {
    const [gil, hal] = [await world.person('gil'), await world.person('hal')]
    const room = await world.room(hal, [gil])
    await write(gil, room.id, 'stays')
    await world.accounts.deleteOwnUser(gil.userId)
    await run()
    expect(await stored(room.id, gil)).toMatchObject([{ text: 'stays' }])
  })
})
