import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { peopleWorld } from '../../test/people-world.ts'
import type { PeopleWorld } from '../../test/people-world.ts'
import { authFrames } from '../auth/schema.ts'
import { collectComponents } from '../contract/schema.ts'
import { Validators } from '../contract/validator.ts'
import { blocksUpdated, userFrames } from './schema.ts'
import { UserEvents } from './user-events.ts'

describe('user events (L4)', () => {
  let world: PeopleWorld
  let events: UserEvents
  beforeAll(async () => {
    world = await peopleWorld()
    events = new UserEvents({ announcer: world.announcer })
  })
  afterAll(() => world.close())

  const stateSeq = async (id: string) =>
    (await world.directory.listStateSeqs(world.db, [id])).get(id)

  it('bump the state of each person and are told after the commit, with what the hub needs', async () => {
    const [ann, bea] = [(await world.person('ann')).user.id, (await world.person('bea')).user.id]
    const attach = { topic: 'room', after: 3 }
    await world.db.transaction(async (tx) => {
      await events.announceAll(tx, blocksUpdated, [
        { userId: bea, data: { blocks: [] }, attach },
        { userId: ann, data: { blocks: [bea] } },
      ])
      expect(world.announcer.told).toEqual([])
    })
    const type = 'blocks.updated'
    expect(world.announcer.told).toEqual([
      { userId: bea, frame: { type, userSeq: 1, data: { blocks: [] } }, attach },
      { userId: ann, frame: { type, userSeq: 1, data: { blocks: [bea] } } },
    ])
    expect([await stateSeq(ann), await stateSeq(bea)]).toEqual([1, 1])
  })

  it('are neither counted nor told where the transaction fails', async () => {
    const id = (await world.person('cat')).user.id
    const failing = world.db.transaction(async (tx) => {
      await events.announce(tx, id, blocksUpdated, { blocks: [] })
      throw new Error('on purpose')
    })
    await expect(failing).rejects.toThrow('on purpose')
    expect(world.announcer.toldTo(id)).toEqual([])
    expect(await stateSeq(id)).toBe(0)
  })

  it('lock people in one order, whatever order they are named in', async () => {
    const ids = [(await world.person('dot')).user.id, (await world.person('eve')).user.id]
    const announce = (order: string[]) =>
      world.db.transaction((tx) =>
        events.announceAll(
          ...([
            tx,
            blocksUpdated,
            order.map((userId) => ({ userId, data: { blocks: [] } })),
          ] as const),
        ),
      )
    const began = performance.now()
    await Promise.all(
      Array.from({ length: 20 }, (_, n) => announce(n % 2 === 0 ? ids : ids.toReversed())),
    )
    // A deadlock is only found after a second.
    expect(performance.now() - began).toBeLessThan(900)
    expect(await stateSeq(ids[0] ?? '')).toBe(20)
  })

  it('are what the documents say', async () => {
    const { user, session } = await world.person('flo')
    await world.users.updateOwnUser(user.id, { bio: 'new' })
    await world.blocks.block(user.id, (await world.person('gil')).user.id)
    await world.auth.sessions.end(user.id, session.id)
    const declared = [...userFrames, ...authFrames]
    const schemas = declared.map(({ schema }) => schema)
    const validators = new Validators(collectComponents(schemas).values())
    const told = world.announcer.toldTo(user.id)
    expect(told.map(({ type }) => type)).toEqual([
      'user.updated',
      'blocks.updated',
      'session.ended',
    ])
    for (const frame of told) {
      const schema = declared.find(({ type }) => type === frame.type)?.schema
      expect(schema && validators.strict(schema)(frame)).toBeUndefined()
    }
  })
})
