import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { chatWorld } from '../../test/chat-world.ts'
import type { ChatWorld } from '../../test/chat-world.ts'
import type { Caller } from '../contract/caller.ts'

describe('typing', () => {
  let world: ChatWorld
  let ada: Caller
  let ben: Caller
  let cleo: Caller
  let now = Date.now()

  beforeAll(async () => {
    world = await chatWorld()
    world.clock.now = () => now
    ada = await world.person('ada')
    ben = await world.person('ben')
    cleo = await world.person('cleo')
  })
  beforeEach(() => {
    now += 60_000
  })
  afterAll(() => world.close())

  it('E1 goes to the others in the room, on every node, and ends by itself', async () => {
    const room = await world.room(ada, [ben, cleo])
    const [adas, bens] = [await world.listen(ada, room), await world.listen(ben, room)]
    const far = await world.listenFar(cleo, room)
    await world.typing.set(ada, room.id)
    const frame = { type: 'typing', room: room.id, userId: ada.userId, expiresInMs: 6000 }
    expect(bens.frames).toEqual([frame])
    expect(far.frames).toEqual([frame])
    expect(adas.frames).toEqual([])
  })

  it('E1 goes out at most once in three seconds for a person and a room', async () => {
    const [one, two] = [await world.room(ada, [ben]), await world.room(ada, [ben])]
    const heard = await world.listen(ben, one, two)
    for (let n = 0; n < 5; n++) await world.typing.set(ada, one.id)
    expect(heard.frames).toHaveLength(1)
    await world.typing.set(ada, two.id)
    expect(heard.frames).toHaveLength(2)
    now += 2999
    await world.typing.set(ada, one.id)
    expect(heard.frames).toHaveLength(2)
    now += 1
    await world.typing.set(ada, one.id)
    expect(heard.frames).toHaveLength(3)
  })

  it('E1 goes on after the clock was set back', async () => {
    const room = await world.room(ada, [ben])
    const heard = await world.listen(ben, room)
    await world.typing.set(ada, room.id)
    now -= 3_600_000
    await world.typing.set(ada, room.id)
    expect(heard.frames).toHaveLength(2)
  })

  it('E4 is kept from those with a block in either direction', async () => {
    const [dora, eve] = [await world.person('dora'), await world.person('eve')]
    const room = await world.room(ada, [ben, dora, eve])
    await world.block(dora, ada)
    await world.block(ada, eve)
    const hearing = [ben, dora, eve].map((who) => world.listen(who, room))
    const [bens, doras, eves] = await Promise.all(hearing)
    await world.typing.set(ada, room.id)
    expect([bens, doras, eves].map((heard) => heard?.frames.length)).toEqual([1, 0, 0])
  })

  it('refused where one may not write, it does not use up the three seconds', async () => {
    const room = await world.room(ada, [ben])
    const heard = await world.listen(ben, room)
    await world.rooms.change(ada, room.id, { archived: true })
    await expect(world.typing.set(ada, room.id)).rejects.toMatchObject({ code: 'room_archived' })
    await expect(world.typing.set(cleo, room.id)).rejects.toMatchObject({ code: 'room_not_found' })
    await world.rooms.change(ada, room.id, { archived: false })
    await world.typing.set(ada, room.id)
    expect(heard.types()).toEqual(['room.updated', 'room.updated', 'typing'])
  })
})
