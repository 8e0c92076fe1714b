import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chatWorld } from '../../test/chat-world.ts'
import type { ChatWorld } from '../../test/chat-world.ts'
import type { Caller } from '../contract/caller.ts'
import type { ReachableBy } from '../user/profile-schema.ts'

describe('who may write to someone, or add her', () => {
  let world: ChatWorld
  let count = 0
  beforeAll(async () => {
    world = await chatWorld()
  })
  afterAll(() => world.close())

  const person = () => world.person(`person${count++}`)
  async function wanting(reachableBy: ReachableBy) {
    const one = await person()
    await world.accounts.updateOwnUser(one.userId, { reachableBy })
    return one
  }

  /** What becomes of every way to reach someone. */
  async function ways(from: Caller, to: Caller) {
    const group = await world.room(from)
    const channel = await world.room(from, [], { kind: 'channel' })
    const answers = await Promise.allSettled([
      world.rooms.direct(from, to.userId),
      world.room(from, [to]),
      world.members.put(from, group.id, to.userId, undefined),
      world.members.put(from, channel.id, to.userId, undefined),
    ])
    return answers.map((it) => (it.status === 'fulfilled' ? 'yes' : it.reason.code))
  }
  const allWays = (answer: string) => Array.from({ length: 4 }, () => answer)

  it('is everyone, unless she says so', async () => {
    expect(await ways(await person(), await person())).toEqual(allWays('yes'))
  })

  it('is nobody, also not who shares a room with her', async () => {
    const [ada, ben] = [await person(), await wanting('everyone')]
    await world.room(ada, [ben])
    await world.accounts.updateOwnUser(ben.userId, { reachableBy: 'nobody' })
    expect(await ways(ada, ben)).toEqual(allWays('forbidden'))
    expect(await ways(ben, ada)).toEqual(allWays('yes'))
  })

  it('is whoever shares a room with her at this moment', async () => {
    const [ada, ben, cleo] = [await person(), await wanting('sharedRooms'), await person()]
    const room = await world.room(cleo, [ada])
    expect(await ways(ada, ben)).toEqual(allWays('forbidden'))
    // She enters a room herself, whatever the setting.
    const channel = await world.room(ada, [], { kind: 'channel' })
    await world.rooms.join(ben, channel.id)
    await world.members.remove(ben, channel.id, 'me')
    expect(await ways(ada, ben)).toEqual(allWays('forbidden'))
    await world.rooms.join(ben, channel.id)
    expect(await ways(ada, ben)).toEqual(allWays('yes'))
    await expect(world.members.put(cleo, room.id, ben.userId, undefined)).rejects.toMatchObject({
      code: 'forbidden',
    })
  })

  it('is nobody who is blocked, whatever she shares', async () => {
    const [ada, ben] = [await person(), await wanting('sharedRooms')]
    const channel = await world.room(ada, [], { kind: 'channel' })
    await world.rooms.join(ben, channel.id)
    await world.block(ben, ada)
    expect(await ways(ada, ben)).toEqual(allWays('forbidden'))
    expect(await ways(ben, ada)).toEqual(allWays('forbidden'))
  })

  it('has one answer for whoever may not, so that a block looks like a setting', async () => {
    const [ada, ben, cleo] = [await person(), await wanting('nobody'), await person()]
    await world.block(cleo, ada)
    const refusal = (to: Caller) =>
      world.rooms.direct(ada, to.userId).then(
        () => 'yes',
        (error: Error) => error.message,
      )
    expect(await refusal(ben)).toBe('this person cannot be reached by you')
    expect(await refusal(cleo)).toBe(await refusal(ben))
  })

  it('leaves the rooms that are there as they are', async () => {
    const [ada, ben] = [await person(), await person()]
    const { room } = await world.rooms.direct(ada, ben.userId)
    await world.accounts.updateOwnUser(ben.userId, { reachableBy: 'nobody' })
    const again = await world.rooms.direct(ada, ben.userId)
    expect([again.room.id, again.repeated]).toEqual([room.id, true])
  })

  it('makes nothing of a group where one of its members does not want to be added', async () => {
    const [ada, ben, cleo] = [await person(), await person(), await wanting('nobody')]
    await expect(world.room(ada, [ben, cleo])).rejects.toMatchObject({ code: 'forbidden' })
    const { items } = await world.rooms.list(ben, {})
    expect(items).toEqual([])
  })
})
