import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { chatWorld, text } from '../../test/chat-world.ts'
import type { ChatWorld } from '../../test/chat-world.ts'
import type { Caller } from '../contract/caller.ts'
import type { MemberRole } from './schema.ts'

describe('members', () => {
  let world: ChatWorld
  let ada: Caller
  let ben: Caller
  let cleo: Caller
  let dora: Caller

  beforeAll(async () => {
    world = await chatWorld()
    ada = await world.person('ada')
    ben = await world.person('ben')
    cleo = await world.person('cleo')
    dora = await world.person('dora')
  })
  afterAll(() => world.close())

  const roles = async (roomId: string, viewer = ada) => {
    const { items } = await world.members.list(viewer, roomId, {})
    return Object.fromEntries(items.map(({ user, role }) => [user.username, role]))
  }
  const logOf = async (roomId: string, after: number, viewer = ada) => {
    const { items } = await world.log.page(viewer.userId, roomId, after, 200)
    return items.map(({ seq, type, data }) => ({ seq, type, data }))
  }
  const promote = (roomId: string, who: Caller, role: MemberRole) =>
    world.members.put(ada, roomId, who.userId, role)

  it('L4 adding someone is an entry for the room and a room.added for her, whose sockets follow', async () => {
    const room = await world.room(ada)
    const adas = await world.listen(ada, room)
    const bens = await world.listen(ben)
    const { member, added } = await world.members.put(ada, room.id, ben.userId, undefined)
    expect(added).toBe(true)
    expect(member).toMatchObject({ role: 'member', joinedSeq: 2, version: 2, lastSeq: 2 })
    const { lastSeq: _, ...joined } = member
    const data = { ...joined, by: ada.userId }
    expect(adas.frames).toMatchObject([{ type: 'member.joined', seq: 2, data }])
    const view = await world.rooms.get(ben, room.id)
    expect(bens.frames).toEqual([{ type: 'room.added', userSeq: expect.any(Number), data: view }])
    await world.messages.send(ada, room.id, text('welcome'))
    await vi.waitFor(() => expect(bens.log(room.id)).toMatchObject([{ seq: 3 }]))
  })

  it('naming a member again without a role changes neither her role nor the log', async () => {
    const room = await world.room(ada, [ben, cleo])
    await promote(room.id, ben, 'admin')
    const before = await world.rooms.get(ada, room.id)
    for (const who of [ada, ben, cleo]) {
      const { added } = await world.members.put(ada, room.id, who.userId, undefined)
      expect(added).toBe(false)
    }
    expect(await roles(room.id)).toEqual({ ada: 'owner', ben: 'admin', cleo: 'member' })
    expect(await world.rooms.get(ada, room.id)).toEqual(before)
    const again = await promote(room.id, ben, 'admin')
    expect(again.member).toMatchObject({ role: 'admin', version: 4, lastSeq: 4 })
  })

  it('owners add people in any role, as one entry', async () => {
    const room = await world.room(ada)
    const { member } = await promote(room.id, ben, 'admin')
    expect(member).toMatchObject({ role: 'admin', joinedSeq: 2, version: 2 })
    expect(await logOf(room.id, 1)).toMatchObject([
      { seq: 2, type: 'member.joined', data: { role: 'admin', by: ada.userId } },
    ])
  })

  it('a change of role is told to the room with who made it', async () => {
    const room = await world.room(ada, [ben])
    const heard = await world.listen(ben, room)
    await promote(room.id, ben, 'owner')
    await world.members.put(ben, room.id, ada.userId, 'member')
    expect(heard.frames).toMatchObject([
      { type: 'member.updated', seq: 3, data: { user: { username: 'ben' }, role: 'owner' } },
      { type: 'member.updated', seq: 4, data: { role: 'member', by: ben.userId } },
    ])
    expect(await roles(room.id)).toEqual({ ada: 'member', ben: 'owner' })
    expect(await world.rooms.get(ada, room.id)).toMatchObject({ role: 'member', lastSeq: 4 })
  })

  it('the last owner cannot demote herself', async () => {
    const room = await world.room(ada, [ben])
    const demotion = promote(room.id, ada, 'member')
    await expect(demotion).rejects.toMatchObject({ code: 'last_owner', status: 409 })
    await promote(room.id, ben, 'owner')
    expect((await promote(room.id, ada, 'admin')).member.role).toBe('admin')
    expect(await roles(room.id)).toEqual({ ada: 'admin', ben: 'owner' })
  })

  it('two owners who demote each other at once leave one', async () => {
    for (let round = 0; round < 5; round++) {
      const room = await world.room(ada, [ben])
      await promote(room.id, ben, 'owner')
      const results = await Promise.allSettled([
        world.members.put(ada, room.id, ben.userId, 'member'),
        world.members.put(ben, room.id, ada.userId, 'member'),
      ])
      expect(results.filter(({ status }) => status === 'rejected')).toMatchObject([
        { reason: { code: 'forbidden' } },
      ])
      expect(Object.values(await roles(room.id)).sort()).toEqual(['member', 'owner'])
    }
  })

  it('H4 who leaves hears of it last, and of nothing after it', async () => {
    const room = await world.room(ada, [ben])
    const bens = await world.listen(ben, room)
    await world.members.remove(ben, room.id, 'me')
    await world.messages.send(ada, room.id, text('gone'))
    expect(bens.frames).toEqual([
      expect.objectContaining({
        type: 'member.left',
        seq: 3,
        data: { userId: ben.userId, by: ben.userId, reason: 'left' },
      }),
      { type: 'room.gone', userSeq: expect.any(Number), data: { room: room.id } },
    ])
    await expect(world.rooms.get(ben, room.id)).rejects.toMatchObject({ code: 'room_not_found' })
  })

  it('a removal names who did it', async () => {
    const room = await world.room(ada, [ben, cleo])
    await world.members.remove(ada, room.id, ben.userId)
    expect(await logOf(room.id, 3)).toEqual([
      {
        seq: 4,
        type: 'member.left',
        data: { userId: ben.userId, by: ada.userId, reason: 'removed' },
      },
    ])
    const again = world.members.remove(ada, room.id, ben.userId)
    await expect(again).rejects.toMatchObject({ code: 'member_not_found', status: 404 })
  })

  it('the last owner passes her place to the longest-standing admin, in the next entry', async () => {
    const room = await world.room(ada, [ben, cleo, dora])
    await promote(room.id, dora, 'admin')
    await promote(room.id, cleo, 'admin')
    const heard = await world.listen(ben, room)
    await world.members.remove(ada, room.id, 'me')
    expect(heard.frames).toMatchObject([
      { type: 'member.left', seq: 7, data: { userId: ada.userId } },
      { type: 'member.updated', seq: 8, data: { role: 'owner', by: ada.userId } },
    ])
    const left = { ben: 'member', cleo: 'owner', dora: 'admin' }
    expect(await roles(room.id, ben)).toEqual(left)
    expect(await world.rooms.get(cleo, room.id)).toMatchObject({ role: 'owner', lastSeq: 8 })
  })

  it('without an admin the longest-standing member inherits; beside another owner nobody does', async () => {
    const room = await world.room(ada, [cleo, ben])
    await promote(room.id, ben, 'owner')
    await world.members.remove(ada, room.id, 'me')
    expect(await roles(room.id, ben)).toEqual({ cleo: 'member', ben: 'owner' })
    expect((await world.rooms.get(ben, room.id)) as object).toMatchObject({ lastSeq: 5 })
    await world.members.remove(ben, room.id, 'me')
    expect(await roles(room.id, cleo)).toEqual({ cleo: 'owner' })
  })

  it('whoever joins an empty channel becomes its owner', async () => {
    const room = await world.room(ada, [], { kind: 'channel' })
    await world.members.remove(ada, room.id, 'me')
    expect(await world.rooms.get(ben, room.id)).toMatchObject({ memberCount: 0, joined: false })
    expect(await world.rooms.join(ben, room.id)).toMatchObject({ role: 'owner', joinedSeq: 3 })
    expect(await world.rooms.join(cleo, room.id)).toMatchObject({ role: 'member' })
  })

  it('two who join an empty channel at once are one owner and one member', async () => {
    const room = await world.room(ada, [], { kind: 'channel' })
    await world.members.remove(ada, room.id, 'me')
    await Promise.all([world.rooms.join(ben, room.id), world.rooms.join(cleo, room.id)])
    expect(Object.values(await roles(room.id, ben)).sort()).toEqual(['member', 'owner'])
  })

  it('joining again answers with the room and writes nothing, also raced', async () => {
    const room = await world.room(ada, [], { kind: 'channel' })
    const joins = Array.from({ length: 5 }, () => world.rooms.join(ben, room.id))
    const joined = await Promise.all(joins)
    expect(joined.map(({ lastSeq, joinedSeq }) => [lastSeq, joinedSeq])).toEqual(
      joins.map(() => [2, 2]),
    )
    const group = await world.room(ada, [ben])
    expect(await world.rooms.join(ben, group.id)).toMatchObject({ id: group.id, lastSeq: 2 })
  })

  it('L6 who comes back has a new membership from there on, as member', async () => {
    const room = await world.room(ada, [ben])
    await promote(room.id, ben, 'admin')
    await world.messages.send(ada, room.id, text('one'))
    await world.members.remove(ben, room.id, 'me')
    await world.messages.send(ada, room.id, text('two'))
    const { member } = await world.members.put(ada, room.id, ben.userId, undefined)
    expect(member).toMatchObject({ role: 'member', joinedSeq: 7, version: 7 })
    expect(await world.rooms.get(ben, room.id)).toMatchObject({
      joinedSeq: 7,
      readSeq: 7,
      visibleFrom: 1,
      unread: 0,
    })
    const { items } = await world.messages.page(ben, room.id, {})
    expect(items.map((message) => message.text)).toEqual(['one', 'two'])
  })

  it('nobody adds who is unknown, suspended, deleted or blocked in either direction', async () => {
    const room = await world.room(ada)
    const unknown = { ...ada, userId: randomUUID() }
    const suspended = await world.person('suspended')
    const deleted = await world.person('deleted')
    const blocker = await world.person('blocker')
    const blocked = await world.person('blocked')
    await world.suspend(suspended)
    await world.accounts.deleteOwnUser(deleted.userId)
    await world.block(blocker, ada)
    await world.block(ada, blocked)
    const told = async (who: Caller) => {
      const puts = world.members.put(ada, room.id, who.userId, undefined)
      const creates = world.room(ada, [ben, who])
      const opens = world.rooms.direct(ada, who.userId)
      const results = await Promise.allSettled([puts, creates, opens])
      return results.map((result) => result.status === 'rejected' && result.reason.code)
    }
    const missing = Array.from({ length: 3 }, () => 'user_not_found')
    expect(await told(unknown)).toEqual(missing)
    expect(await told(suspended)).toEqual(missing)
    expect(await told(deleted)).toEqual(missing)
    const forbidden = Array.from({ length: 3 }, () => 'forbidden')
    expect(await told(blocker)).toEqual(forbidden)
    expect(await told(blocked)).toEqual(forbidden)
    expect(await world.rooms.get(ada, room.id)).toMatchObject({ lastSeq: 1 })
  })

  it('a suspended member stays listed, in her role, and can be removed', async () => {
    const gil = await world.person('gil')
    const room = await world.room(ada, [gil])
    await world.suspend(gil)
    await promote(room.id, gil, 'admin')
    expect(await roles(room.id)).toEqual({ ada: 'owner', gil: 'admin' })
    await world.members.remove(ada, room.id, gil.userId)
    expect(await roles(room.id)).toEqual({ ada: 'owner' })
    const back = world.members.put(ada, room.id, gil.userId, undefined)
    await expect(back).rejects.toMatchObject({ code: 'user_not_found' })
  })

  it('lists members in the order they joined, in pages, each with the lastSeq of its snapshot', async () => {
    const room = await world.room(ada, [cleo, ben, dora])
    const first = await world.members.list(dora, room.id, { limit: 3 })
    expect(first.items.map(({ user, joinedSeq }) => [user.username, joinedSeq])).toEqual([
      ['ada', 1],
      ['cleo', 2],
      ['ben', 3],
    ])
    expect(first).toMatchObject({ lastSeq: 4, items: [{ readSeq: 1 }, {}, {}] })
    await world.messages.send(ada, room.id, text('meanwhile'))
    const rest = await world.members.list(dora, room.id, {
      limit: 3,
      cursor: first.nextCursor ?? '',
    })
    expect(rest.items.map(({ user }) => user.username)).toEqual(['dora'])
    expect(rest).toMatchObject({ lastSeq: 5, nextCursor: null })
    await world.members.remove(dora, room.id, 'me')
    const cursor = first.nextCursor ?? ''
    const none = await world.members.list(ada, room.id, { limit: 3, cursor })
    expect(none).toEqual({ items: [], nextCursor: null, lastSeq: 6 })
  })
})
