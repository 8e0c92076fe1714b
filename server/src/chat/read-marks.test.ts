import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chatWorld, text } from '../../test/chat-world.ts'
import type { ChatWorld } from '../../test/chat-world.ts'
import { times } from '../../test/times.ts'
import type { Caller } from '../contract/caller.ts'
import { sql } from '../infra/sql.ts'
import type { Room } from './schema.ts'

describe('read markers', () => {
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

  /** Ada's room with Ben, in which she has said this much. */
  async function roomWith(messages: number, others: Caller[] = [ben]): Promise<Room> {
    const room = await world.room(ada, others)
    await Promise.all(times(messages, (n) => world.messages.send(ada, room.id, text(`${n}`))))
    return room
  }
  const unreadOf = async (who: Caller, roomId: string) => {
    const { unread, unreadMore } = (await world.rooms.get(who, roomId)) as Room // a member's view
    return [unread, unreadMore]
  }
  const stateSeq = async (who: Caller) => {
    const [row] = await world.db.query<{ seq: number }>(
      sql`select state_seq as seq from users where id = ${who.userId}`,
    )
    return row?.seq ?? 0
  }

  it('E3 moves forward only, and tells the other devices of the person each time', async () => {
    const room = await roomWith(3)
    const near = await world.listen(ben, room)
    const far = await world.listenFar(ben, room)
    const before = await stateSeq(ben)
    expect(await world.readMarks.set(ben, room.id, 4)).toEqual({
      readSeq: 4,
      unread: 1,
      unreadMore: false,
    })
    const backwards = world.readMarks.set(ben, room.id, 3)
    await world.readMarks.drain()
    expect(await backwards).toEqual({ readSeq: 4, unread: 1, unreadMore: false })
    const data = { room: room.id, readSeq: 4, unread: 1, unreadMore: false }
    const told = [{ type: 'read.updated', userSeq: before + 1, data }]
    expect(near.frames).toEqual(told)
    expect(far.frames).toEqual(told)
    expect(await world.rooms.get(ben, room.id)).toMatchObject({ readSeq: 4, lastSeq: 5 })
    expect(await stateSeq(ben)).toBe(before + 1)
  })

  it('E3 refuses what lies past the last entry, alone among those it waits with', async () => {
    const room = await roomWith(3)
    await expect(world.readMarks.set(ben, room.id, 6)).rejects.toMatchObject({
      code: 'invalid_seq',
      status: 400,
    })
    const waiting = [4, 99, 5, 3, 7].map((seq) => world.readMarks.set(ben, room.id, seq))
    const settled = Promise.allSettled(waiting)
    await world.readMarks.drain()
    const told = (await settled).map((result) =>
      result.status === 'fulfilled' ? result.value.readSeq : result.reason.code,
    )
    expect(told).toEqual([5, 'invalid_seq', 5, 5, 'invalid_seq'])
  })

  it('E3 writes the first at once and merges those of the next second into one', async () => {
    const room = await roomWith(20)
    const heard = await world.listen(ben, room)
    const first = world.readMarks.set(ben, room.id, 3)
    const merged = times(15, (n) => world.readMarks.set(ben, room.id, 4 + n))
    expect(await first).toMatchObject({ readSeq: 3 })
    expect(heard.types()).toEqual(['read.updated'])
    const others = await world.readMarks.set(cleo, room.id, 1).catch((error) => error.code)
    expect(others).toBe('room_not_found')
    const marks = await Promise.all(merged)
    expect(marks).toEqual(marks.map(() => ({ readSeq: 18, unread: 4, unreadMore: false })))
    expect(heard.frames).toMatchObject([{ data: { readSeq: 3 } }, { data: { readSeq: 18 } }])
  })

  it('E3 tells who was removed while she waited', async () => {
    const room = await roomWith(3)
    await world.readMarks.set(ben, room.id, 3)
    const waiting = Promise.allSettled([world.readMarks.set(ben, room.id, 5)])
    await world.members.remove(ada, room.id, ben.userId)
    await world.readMarks.drain()
    expect(await waiting).toMatchObject([{ reason: { code: 'room_not_found' } }])
  })

  it('E3 shows the room how far one has read, but not to those with a block either way', async () => {
    const dora = await world.person('dora')
    const eve = await world.person('eve')
    await world.block(dora, ben)
    await world.block(ben, eve)
    const room = await world.room(ada, [ben, cleo, dora, eve])
    const { seq } = await world.messages.send(ada, room.id, text('hello'))
    const [adas, cleos, doras, eves, bens] = await Promise.all(
      [ada, cleo, dora, eve, ben].map((who) => world.listen(who, room)),
    )
    const far = await world.listenFar(cleo, room)
    await world.readMarks.set(ben, room.id, seq)
    const receipt = { type: 'receipt', room: room.id, userId: ben.userId, seq }
    for (const heard of [adas, cleos, far]) expect(heard?.frames).toEqual([receipt])
    for (const heard of [doras, eves]) expect(heard?.frames).toEqual([])
    expect(bens?.types()).toEqual(['read.updated'])
  })

  it('E3 keeps how far one has read to oneself in rooms of more than fifty', async () => {
    const crowd = await Promise.all(times(49, (n) => world.person(`crowd${n}`)))
    const room = await world.room(ada, crowd)
    const [first, second] = crowd as [Caller, Caller]
    const heard = await world.listen(ada, room)
    await world.readMarks.set(first, room.id, 50)
    expect(heard.types()).toEqual(['receipt'])
    const { items } = await world.members.list(ada, room.id, {})
    expect(items[1]).toMatchObject({ readSeq: 50 })
    await world.members.put(ada, room.id, ben.userId, undefined)
    await world.readMarks.set(second, room.id, 50)
    expect(heard.types()).toEqual(['receipt', 'member.joined'])
    const more = await world.members.list(ada, room.id, {})
    expect(more.items.every((member) => !('readSeq' in member))).toBe(true)
  })

  it('L5 counts exactly to a hundred, then says that there is more', async () => {
    const room = await roomWith(100)
    expect(await unreadOf(ben, room.id)).toEqual([100, false])
    await world.messages.send(ada, room.id, text('one more'))
    expect(await unreadOf(ben, room.id)).toEqual([100, true])
    const mark = await world.readMarks.set(ben, room.id, 3)
    expect(mark).toEqual({ readSeq: 3, unread: 100, unreadMore: false })
    const { frames } = await world.greetings.greet(
      ben,
      { cursors: {} },
      { connectionId: '', heartbeatMs: 1 },
    )
    const { rooms } = frames[0] as { rooms: Room[] } // ready comes first
    expect(rooms.find(({ id }) => id === room.id)).toMatchObject({ unread: 100, readSeq: 3 })
  })

  it('L5 counts neither what is mine, nor deleted, nor of people I block, nor other entries', async () => {
    const fay = await world.person('fay')
    const room = await world.room(ada, [ben, fay])
    await world.messages.send(ben, room.id, text('mine'))
    await world.messages.send(fay, room.id, text('hers'))
    const { seq } = await world.messages.send(ada, room.id, text('to be deleted'))
    await world.messages.send(ada, room.id, text('stays'))
    await world.rooms.change(ada, room.id, { topic: 'new' })
    expect(await unreadOf(ben, room.id)).toEqual([3, false])
    await world.messages.delete(ada, room.id, seq)
    expect(await unreadOf(ben, room.id)).toEqual([2, false])
    await world.block(ben, fay)
    expect(await unreadOf(ben, room.id)).toEqual([1, false])
    expect(await world.readMarks.set(ben, room.id, 3)).toMatchObject({ unread: 1 })
    await world.block(fay, ada)
    expect(await unreadOf(ada, room.id)).toEqual([2, false])
  })

  it('L5 begin where the membership does', async () => {
    const room = await roomWith(5)
    await world.members.put(ada, room.id, cleo.userId, undefined)
    expect(await world.rooms.get(cleo, room.id)).toMatchObject({ readSeq: 8, unread: 0 })
    await world.messages.send(ada, room.id, text('hello'))
    expect(await unreadOf(cleo, room.id)).toEqual([1, false])
  })
})
