import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chatWorld, text } from '../../test/chat-world.ts'
import type { ChatWorld } from '../../test/chat-world.ts'
import type { Caller } from '../contract/caller.ts'
import { AppError } from '../contract/error-codes.ts'
import { sql } from '../infra/sql.ts'

/** A room with one person of every kind in it, and a message of each who may write. */
interface Stage {
  id: string
  caller: Caller
  /** The caller's own message; another's where she has none. */
  own: number
  /** A message of someone else. */
  others: number
  /** People the caller may try to remove or promote, in this role. */
  member: Caller
  admin: Caller
  owner: Caller
  /** In no room with the caller. */
  outsider: Caller
}

const kinds = ['channel', 'group', 'direct'] as const
type Kind = (typeof kinds)[number]

/** Every column of the table, once for each kind of room it is met in. */
const columns = [
  'stranger channel',
  'stranger group',
  'stranger direct',
  'ex-member channel',
  'ex-member group',
  'member channel',
  'member group',
  'member direct',
  'admin channel',
  'admin group',
  'owner channel',
  'owner group',
] as const
type Column = (typeof columns)[number]

const [ok, hidden, no, fixed] = ['ok', 'room_not_found', 'forbidden', 'direct_room_fixed'] as const
/** Who is in no room is told the same by every action but a few. */
const outside = [no, hidden, hidden, no, hidden] as const

let world: ChatWorld
/** What each column is answered, in the order of `columns`; later actions may need earlier ones. */
const table: [string, (stage: Stage) => Promise<unknown>, readonly string[]][] = [
  [
    'see that it exists',
    ({ caller, id }) => world.rooms.get(caller, id),
    [ok, hidden, hidden, ok, hidden, ok, ok, ok, ok, ok, ok, ok],
  ],
  [
    'read messages',
    ({ caller, id }) => world.messages.page(caller, id, {}),
    [...outside, ok, ok, ok, ok, ok, ok, ok],
  ],
  [
    'read one message',
    ({ caller, id, others }) => world.messages.get(caller, id, others),
    [...outside, ok, ok, ok, ok, ok, ok, ok],
  ],
  [
    'read the log',
    ({ caller, id }) => world.log.page(caller.userId, id, 0, 50),
    [...outside, ok, ok, ok, ok, ok, ok, ok],
  ],
  [
    'list members',
    ({ caller, id }) => world.members.list(caller, id, {}),
    [...outside, ok, ok, ok, ok, ok, ok, ok],
  ],
  [
    'send',
    ({ caller, id }) => world.messages.send(caller, id, text('hello')),
    [...outside, ok, ok, ok, ok, ok, ok, ok],
  ],
  [
    'reply',
    ({ caller, id, others }) =>
      world.messages.send(caller, id, { ...text('yes'), replyTo: others }),
    [...outside, ok, ok, ok, ok, ok, ok, ok],
  ],
  [
    'move the read marker',
    ({ caller, id, others }) => world.readMarks.set(caller, id, others),
    [...outside, ok, ok, ok, ok, ok, ok, ok],
  ],
  [
    'say that one is writing',
    ({ caller, id }) => world.typing.set(caller, id),
    [...outside, ok, ok, ok, ok, ok, ok, ok],
  ],
  [
    'edit own',
    ({ caller, id, own }) => world.messages.edit(caller, id, own, randomUUID()),
    [...outside, ok, ok, ok, ok, ok, ok, ok],
  ],
  [
    "edit another's",
    ({ caller, id, others }) => world.messages.edit(caller, id, others, randomUUID()),
    [...outside, no, no, no, no, no, no, no],
  ],
  [
    'delete own',
    ({ caller, id, own }) => world.messages.delete(caller, id, own),
    [...outside, ok, ok, ok, ok, ok, ok, ok],
  ],
  [
    "delete another's",
    ({ caller, id, others }) => world.messages.delete(caller, id, others),
    [...outside, no, no, no, ok, ok, ok, ok],
  ],
  [
    'add a member',
    ({ caller, id, outsider }) => world.members.put(caller, id, outsider.userId, undefined),
    [...outside, ok, no, fixed, ok, ok, ok, ok],
  ],
  [
    'add an admin',
    ({ caller, id }) => world.members.put(caller, id, spare.userId, 'admin'),
    [...outside, no, no, fixed, no, no, ok, ok],
  ],
  [
    'name a member again, without a role',
    ({ caller, id, member }) => world.members.put(caller, id, member.userId, undefined),
    [...outside, ok, ok, fixed, ok, ok, ok, ok],
  ],
  [
    'set a role',
    ({ caller, id, member }) => world.members.put(caller, id, member.userId, 'admin'),
    [...outside, no, no, fixed, no, no, ok, ok],
  ],
  [
    'take a role back',
    ({ caller, id, member }) => world.members.put(caller, id, member.userId, 'member'),
    [...outside, no, no, fixed, no, no, ok, ok],
  ],
  [
    'remove a member',
    ({ caller, id, member }) => world.members.remove(caller, id, member.userId),
    [...outside, no, no, fixed, ok, ok, ok, ok],
  ],
  [
    'remove an admin',
    ({ caller, id, admin }) => world.members.remove(caller, id, admin.userId),
    [...outside, no, no, fixed, no, no, ok, ok],
  ],
  [
    'remove an owner',
    ({ caller, id, owner }) => world.members.remove(caller, id, owner.userId),
    [...outside, no, no, fixed, no, no, ok, ok],
  ],
  [
    'rename',
    ({ caller, id }) => world.rooms.change(caller, id, { name: randomUUID() }),
    [...outside, no, no, fixed, ok, ok, ok, ok],
  ],
  [
    'change the topic',
    ({ caller, id }) => world.rooms.change(caller, id, { topic: randomUUID() }),
    [...outside, no, no, fixed, ok, ok, ok, ok],
  ],
  [
    'archive',
    ({ caller, id }) => world.rooms.change(caller, id, { archived: true }),
    [...outside, no, no, fixed, no, no, ok, ok],
  ],
  [
    'reopen',
    ({ caller, id }) => world.rooms.change(caller, id, { archived: false }),
    [...outside, no, no, fixed, no, no, ok, ok],
  ],
  [
    'leave',
    ({ caller, id }) => world.members.remove(caller, id, 'me'),
    [...outside, ok, ok, fixed, ok, ok, ok, ok],
  ],
  // A stranger by now, but in direct rooms.
  [
    'join',
    ({ caller, id }) => world.rooms.join(caller, id),
    [ok, hidden, hidden, ok, hidden, ok, hidden, fixed, ok, hidden, ok, hidden],
  ],
]

let spare: Caller

describe('who may what', () => {
  const everyone: Record<string, Caller> = {}
  const of = (name: string): Caller => everyone[name] ?? expect.unreachable(name)

  beforeAll(async () => {
    world = await chatWorld()
    const names = ['founder', 'owner', 'admin', 'member', 'ex', 'stranger', 'outsider', 'spare']
    const more = ['other.owner', 'other.admin', 'other.member']
    for (const name of [...names, ...more]) everyone[name] = await world.person(name)
    spare = of('spare')
  })
  afterAll(() => world.close())

  async function stage(column: Column): Promise<Stage> {
    const [who, kind] = column.split(' ') as [string, Kind] // as they are written above
    const name = who === 'ex-member' ? 'ex' : who
    const caller = of(name)
    const aims = { member: of('other.member'), admin: of('other.admin'), owner: of('other.owner') }
    if (kind === 'direct') return { ...(await direct(caller)), caller, ...aims, outsider: spare }
    const founder = of('founder')
    const others = ['owner', 'admin', 'member', 'ex', 'other.owner', 'other.admin', 'other.member']
    const { id } = await world.room(founder, others.map(of), { kind })
    for (const role of ['owner', 'admin'] as const) {
      await world.members.put(founder, id, of(role).userId, role)
      await world.members.put(founder, id, of(`other.${role}`).userId, role)
    }
    const own = name === 'stranger' ? of('ex') : caller
    const { seq } = await world.messages.send(own, id, text('own'))
    const { seq: theirs } = await world.messages.send(founder, id, text('of another'))
    await world.members.remove(of('ex'), id, 'me')
    return { id, caller, own: seq, others: theirs, ...aims, outsider: of('outsider') }
  }

  async function direct(caller: Caller) {
    const first = caller === of('stranger') ? of('founder') : caller
    const { room } = await world.rooms.direct(first, of('other.member').userId)
    const { seq: own } = await world.messages.send(first, room.id, text('own'))
    const { seq: others } = await world.messages.send(of('other.member'), room.id, text('theirs'))
    return { id: room.id, own, others }
  }

  const lastSeq = async (roomId: string) => {
    const [row] = await world.db.query<{ seq: number }>(
      sql`select last_seq as seq from rooms where id = ${roomId}`,
    )
    return row?.seq
  }

  it.each(columns.map((column, at) => [column, at] as const))('as %s', async (column, at) => {
    const set = await stage(column)
    const told: Record<string, string> = {}
    const wanted: Record<string, string | undefined> = {}
    for (const [action, run, answers] of table) {
      const before = await lastSeq(set.id)
      told[action] = await run(set).then(
        () => ok,
        (error: unknown) => (error instanceof AppError ? error.code : String(error)),
      )
      wanted[action] = answers[at]
      const wrote = (await lastSeq(set.id)) !== before
      if (told[action] !== ok && wrote) told[action] += ', but wrote an entry'
    }
    expect(told).toEqual(wanted)
  })

  it.each(['channel', 'group'] as const)(
    'an archived %s is read by everyone in it and written by nobody',
    async (kind) => {
      const set = await stage(`owner ${kind}`)
      const { id, own, others, member } = set
      await world.rooms.change(set.caller, id, { archived: true })
      const before = await lastSeq(id)
      const archived = async (work: Promise<unknown>) =>
        expect(work).rejects.toMatchObject({ code: 'room_archived', status: 409 })
      for (const caller of [set.caller, of('owner')]) {
        await archived(world.messages.send(caller, id, text('hello')))
        await archived(world.messages.edit(set.caller, id, own, 'again'))
        await archived(world.messages.delete(caller, id, others))
        await archived(world.typing.set(caller, id))
        await archived(world.members.put(caller, id, spare.userId, undefined))
        await archived(world.members.put(caller, id, member.userId, 'admin'))
        await archived(world.members.remove(caller, id, member.userId))
        await archived(world.rooms.change(caller, id, { name: 'New' }))
      }
      if (kind === 'channel') await archived(world.rooms.join(spare, id))
      expect(await lastSeq(id)).toBe(before)
      expect((await world.messages.page(of('member'), id, {})).items).toHaveLength(2)
      expect((await world.log.page(of('member').userId, id, 0, 200)).lastSeq).toBe(before)
      expect(await world.readMarks.set(of('member'), id, others)).toMatchObject({ readSeq: others })
      await world.members.remove(of('member'), id, 'me')
      const reopened = await world.rooms.change(set.caller, id, { archived: false, name: 'New' })
      expect(reopened).toMatchObject({ archivedAt: null, name: 'New' })
      await world.messages.send(set.caller, id, text('hello'))
    },
  )

  it('an administrator of the server sees no more of rooms than anyone', async () => {
    const stranger = columns.indexOf('stranger group')
    const set = await stage('stranger group')
    const caller: Caller = { ...set.caller, role: 'admin' }
    for (const [, run, answers] of table) {
      await expect(run({ ...set, caller })).rejects.toMatchObject({ code: answers[stranger] })
    }
  })

  it('a room that does not exist is hidden like one that may not be seen', async () => {
    const set = await stage('owner group')
    for (const [, run] of table) {
      await expect(run({ ...set, id: randomUUID() })).rejects.toMatchObject({
        code: 'room_not_found',
        status: 404,
      })
    }
  })
})
