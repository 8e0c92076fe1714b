import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { uuidv7 } from 'uuidv7'
import { chatWorld } from '../../test/chat-world.ts'
import type { Caller } from '../contract/caller.ts'
import { sql } from '../infra/sql.ts'

let world: Awaited<ReturnType<typeof chatWorld>>
let owner: Caller
let people: Caller[]

beforeAll(async () => {
  world = await chatWorld()
  owner = await world.person('owner')
  people = []
  for (const name of ['ada', 'ben', 'cleo']) people.push(await world.person(name))
})
afterAll(() => world.close())

async function channel(): Promise<string> {
  const input = { clientId: uuidv7(), kind: 'channel' as const, name: '#ubuntu' }
  return (await world.rooms.create(owner, input)).room.id
}

/** Everyone, a minute apart. */
const arrivals = () =>
  people.map(({ userId }, n) => ({ userId, at: `2004-12-25T12:0${n}:00.000Z` }))
const ids = (callers: readonly Caller[]) => callers.map(({ userId }) => userId)

describe('admitting people as they came elsewhere', () => {
  it('L2 writes an entry for each, in their order, at their own times', async () => {
    const room = await channel()
    expect(await world.admissions.admit(room, arrivals())).toEqual(new Set(ids(people)))
    const { items, lastSeq } = await world.log.page(owner.userId, room, 1, 50)
    expect(lastSeq).toBe(4)
    expect(items.map(({ seq, at, data }) => ({ seq, at, data }))).toMatchObject(
      arrivals().map(({ userId, at }, n) => ({
        seq: n + 2,
        at,
        data: { by: userId, role: 'member', user: { id: userId }, joinedSeq: n + 2, joinedAt: at },
      })),
    )
    const members = await world.members.list(owner, room, {})
    expect(members.items.slice(1)).toMatchObject(
      arrivals().map(({ userId, at }, n) => ({
        user: { id: userId },
        joinedSeq: n + 2,
        joinedAt: at,
      })),
    )
  })

  it('H2 tells who is in the room of every one of them, in order', async () => {
    const room = await channel()
    const { frames } = await world.listen(owner, room)
    await world.admissions.admit(room, arrivals())
    expect(frames.map(({ type, seq }) => [type, seq])).toEqual([
      ['member.joined', 2],
      ['member.joined', 3],
      ['member.joined', 4],
    ])
  })

  it('L4 counts it in the state of each', async () => {
    const states = () =>
      world.db.query<{ stateSeq: number }>(
        sql`select state_seq as "stateSeq" from users where id = any(${ids(people)}) order by id`,
      )
    const before = await states()
    await world.admissions.admit(await channel(), arrivals())
    expect(await states()).toEqual(before.map(({ stateSeq }) => ({ stateSeq: stateSeq + 1 })))
  })

  it('changes nothing for members, and brings nobody back who left or was removed', async () => {
    const room = await channel()
    const [ada, ben, cleo] = people
    if (!ada || !ben || !cleo) throw new Error('three people are needed')
    await world.admissions.admit(room, arrivals())
    await world.members.remove(ada, room, 'me')
    await world.members.remove(owner, room, ben.userId)
    const { lastSeq } = await world.log.page(owner.userId, room, 1, 50)
    expect(await world.admissions.admit(room, arrivals())).toEqual(new Set([cleo.userId]))
    expect((await world.log.page(owner.userId, room, 1, 50)).lastSeq).toBe(lastSeq)
  })

  it('lets those stay who left and came back by themselves', async () => {
    const room = await channel()
    const [ada] = people
    if (!ada) throw new Error('somebody is needed')
    await world.admissions.admit(room, arrivals())
    await world.members.remove(ada, room, 'me')
    await world.rooms.join(ada, room)
    expect(await world.admissions.admit(room, arrivals())).toEqual(new Set(ids(people)))
  })

  it('refuses a room that is archived, or not there', async () => {
    const room = await channel()
    await world.rooms.change(owner, room, { archived: true })
    await expect(world.admissions.admit(room, arrivals())).rejects.toMatchObject({
      code: 'room_archived',
    })
    await expect(world.admissions.admit(uuidv7(), arrivals())).rejects.toMatchObject({
      code: 'room_not_found',
    })
  })
})
