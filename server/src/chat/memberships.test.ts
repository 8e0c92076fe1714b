import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { chatWorld, text } from '../../test/chat-world.ts'
import type { ChatWorld } from '../../test/chat-world.ts'
import { times } from '../../test/times.ts'
import type { Caller } from '../contract/caller.ts'
import { sql } from '../infra/sql.ts'
import { maxRooms } from './schema.ts'

describe('memberships', () => {
  let world: ChatWorld
  let ada: Caller
  let ben: Caller

  beforeAll(async () => {
    world = await chatWorld()
    ada = await world.person('ada')
    ben = await world.person('ben')
  })
  afterAll(() => world.close())

  /** Puts someone into this many rooms, without a word. */
  const fill = (who: Caller, count: number) =>
    world.db.query(sql`with made as (
        insert into rooms (id, kind, name, created_at, last_seq)
        select gen_random_uuid(), 'group', 'full', now(), 1 from generate_series(1, ${count}::int)
        returning id
      )
      insert into members (room_id, user_id, role, joined_at, joined_seq, visible_from, version,
        read_seq)
      select id, ${who.userId}, 'owner', now(), 1, 1, 1, 1 from made`)
  const roomsOf = async (who: Caller) => {
    const rows = await world.db.query<{ kind: string }>(sql`select r.kind from members m
      join rooms r on r.id = m.room_id where m.user_id = ${who.userId} order by r.kind`)
    return rows.map(({ kind }) => kind)
  }
  const told = (results: PromiseSettledResult<unknown>[]) =>
    results.map((result) => (result.status === 'rejected' ? result.reason.code : 'ok'))

  /** Holds a room's lock until it is called. */
  async function holdRoom(roomId: string) {
    const client = await world.client()
    await client.query('begin')
    await client.query('select from rooms where id = $1 for update', [roomId])
    return async () => {
      await client.query('rollback')
      await client.end()
    }
  }
  const someoneWaits = () =>
    vi.waitFor(async () => {
      const waiting = await world.db.query(sql`select from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'`)
      expect(waiting).toHaveLength(1)
    })

  describe('the limit of rooms', () => {
    it('S8 holds for every way in, for whoever would pass it', async () => {
      const full = await world.person('full')
      await fill(full, maxRooms)
      const channel = await world.room(ada, [], { kind: 'channel' })
      const ways = [
        world.rooms.join(full, channel.id),
        world.members.put(ada, channel.id, full.userId, undefined),
        world.room(full),
        world.room(ada, [full]),
        world.rooms.direct(full, ada.userId),
        world.rooms.direct(ada, full.userId),
      ]
      const results = await Promise.allSettled(ways)
      expect(told(results)).toEqual(ways.map(() => 'room_limit'))
      expect(await roomsOf(full)).toHaveLength(maxRooms)
    })

    it('S8 is not passed by entering several rooms at once', async () => {
      const nearly = await world.person('nearly')
      await fill(nearly, maxRooms - 1)
      const channels = []
      for (let n = 0; n < 6; n++) channels.push(await world.room(ada, [], { kind: 'channel' }))
      const joins = channels.map(({ id }) => world.rooms.join(nearly, id))
      const results = told(await Promise.allSettled([...joins, world.room(nearly)]))
      expect(results.filter((result) => result === 'ok')).toHaveLength(1)
      expect(await roomsOf(nearly)).toHaveLength(maxRooms)
    })
  })

  describe('of an account that is deleted', () => {
    it('end in every room but the direct ones; what it owned passes on', async () => {
      const eve = await world.person('eve')
      const owned = await world.room(eve, [ben, ada])
      const joined = await world.room(ada, [eve])
      const { room: direct } = await world.rooms.direct(eve, ben.userId)
      const heard = await world.listen(ben, owned)
      await world.accounts.deleteOwnUser(eve.userId)
      expect(await roomsOf(eve)).toEqual(['direct'])
      const entries = [
        { type: 'member.left', seq: 4, data: { userId: eve.userId, reason: 'deleted' } },
        { type: 'member.updated', seq: 5, data: { role: 'owner', user: { username: 'ben' } } },
      ]
      expect(heard.frames).toMatchObject(entries)
      expect((await world.log.page(ben.userId, owned.id, 3, 10)).items).toEqual(heard.frames)
      expect((await world.log.page(ada.userId, joined.id, 2, 10)).items).toMatchObject([
        { type: 'member.left', data: { by: eve.userId, reason: 'deleted' } },
      ])
      expect(await world.rooms.get(ben, direct.id)).toMatchObject({
        peer: { displayName: 'Deleted account' },
      })
    })

    it('leave no name behind: what it wrote and did shows a deleted account everywhere', async () => {
      const fay = await world.person('fay')
      const room = await world.room(ada, [fay, ben])
      const { seq } = await world.messages.send(fay, room.id, text('mine'))
      await world.messages.edit(fay, room.id, seq, 'still mine')
      const { room: direct } = await world.rooms.direct(fay, ben.userId)
      await world.messages.send(fay, direct.id, text('between us'))
      const before = await world.log.page(ada.userId, room.id, 0, 200)
      expect(JSON.stringify(before)).toContain('"fay"')
      await world.accounts.deleteOwnUser(fay.userId)
      const gone = {
        id: fay.userId,
        displayName: 'Deleted account',
        avatarUrl: expect.stringContaining(fay.userId),
      }
      expect(await world.messages.get(ada, room.id, seq)).toMatchObject({
        text: 'still mine',
        author: gone,
      })
      const everything = [
        await world.messages.page(ada, room.id, {}),
        await world.log.page(ada.userId, room.id, 0, 200),
        await world.members.list(ada, room.id, {}),
        await world.rooms.list(ada, { limit: 200 }),
        await world.rooms.list(ben, { limit: 200 }),
        await world.messages.page(ben, direct.id, {}),
        await world.members.list(ben, direct.id, {}),
        await world.greetings.greet(ben, { cursors: {} }, { connectionId: '', heartbeatMs: 1 }),
      ]
      expect(JSON.stringify(everything)).not.toContain('"fay"')
      expect(await world.rooms.get(ada, room.id)).toMatchObject({ lastMessage: { author: gone } })
      const again = world.rooms.direct(ben, fay.userId)
      expect(await again).toMatchObject({ repeated: true, room: { peer: gone } })
    })

    it('do not come back by someone who adds it meanwhile', async () => {
      for (let round = 0; round < 8; round++) {
        const leaving = await world.person(`leaving${round}`)
        const rooms = []
        for (let n = 0; n < 4; n++) rooms.push(await world.room(ada))
        await world.members.put(ada, rooms[0]?.id ?? '', leaving.userId, undefined)
        const channel = await world.room(ada, [], { kind: 'channel' })
        const results = await Promise.allSettled([
          world.accounts.deleteOwnUser(leaving.userId),
          ...rooms.map(({ id }) => world.members.put(ada, id, leaving.userId, undefined)),
          world.room(ada, [leaving]),
          world.rooms.join(leaving, channel.id),
        ])
        expect(await roomsOf(leaving)).toEqual([])
        const allowed = expect.stringMatching(/^(ok|user_not_found)$/)
        expect(told(results)).toEqual(results.map(() => allowed))
      }
    })

    it.each([false, true])(
      'end also where she was added after her rooms were locked (that room is held: %s)',
      async (held) => {
        const late = await world.person(`late.${held}`)
        const [first, second] = [await world.room(ada, [late]), await world.room(ada)]
        const releaseFirst = await holdRoom(first.id)
        const deletion = world.accounts.deleteOwnUser(late.userId)
        await someoneWaits()
        await world.members.put(ada, second.id, late.userId, undefined)
        const heard = await world.listen(ada, first, second)
        const releaseSecond = held ? await holdRoom(second.id) : undefined
        await releaseFirst()
        if (releaseSecond) {
          await someoneWaits()
          await releaseSecond()
        }
        await deletion
        expect(await roomsOf(late)).toEqual([])
        expect(heard.types()).toEqual(['member.left', 'member.left'])
      },
    )

    it('L1 end without a deadlock although she reads, leaves and is removed meanwhile', async () => {
      // A deadlock is not found, and ends as a lock that could not be had.
      const patient = await chatWorld({
        settings: '-c timezone=UTC -c deadlock_timeout=60s -c lock_timeout=8s',
      })
      const owner = await patient.person('owner')
      for (let round = 0; round < 5; round++) {
        const busy = await patient.person(`busy${round}`)
        const rooms = []
        for (let n = 0; n < 4; n++) rooms.push((await patient.room(owner, [busy])).id)
        const [one = '', two = '', three = '', four = ''] = rooms
        const results = await Promise.allSettled([
          patient.readMarks.set(busy, one, 2),
          patient.readMarks.set(busy, two, 2),
          patient.accounts.deleteOwnUser(busy.userId),
          patient.members.remove(busy, two, 'me'),
          patient.members.remove(owner, three, busy.userId),
          patient.messages.send(busy, four, text('last words')),
          patient.rooms.direct(busy, owner.userId),
        ])
        expect(told(results)).not.toContain('overloaded')
        const left = await patient.rooms.list(busy, {})
        expect(left.items.filter(({ kind }) => kind !== 'direct')).toEqual([])
      }
      await patient.close()
    })

    it('stay as they are while an account is suspended', async () => {
      const held = await world.person('held')
      const room = await world.room(held, [ada])
      await world.db.transaction((tx) =>
        world.memberships.accountEnded(tx, held.userId, 'suspended'),
      )
      expect(await world.rooms.get(held, room.id)).toMatchObject({ role: 'owner', lastSeq: 2 })
    })
  })

  it('L1 of who is removed while she sends, nothing is stored after her leaving', async () => {
    for (let round = 0; round < 5; round++) {
      const room = await world.room(ada, [ben])
      let stored = 0
      const sendUntilRefused = async (): Promise<string> => {
        for (;;) {
          const sent = await world.messages
            .send(ben, room.id, text('still here'))
            .catch((error) => error.code as string)
          if (typeof sent === 'string') return sent
          stored++
        }
      }
      const refusals = times(8, sendUntilRefused)
      await vi.waitFor(() => expect(stored).toBeGreaterThan(0), { interval: 1 })
      await world.members.remove(ada, room.id, ben.userId)
      expect(new Set(await Promise.all(refusals))).toEqual(new Set(['room_not_found']))
      const { lastSeq } = await world.messages.page(ada, room.id, {})
      const last = await world.log.page(ada.userId, room.id, lastSeq - 1, 1)
      expect(last.items).toMatchObject([{ type: 'member.left', data: { userId: ben.userId } }])
      expect(lastSeq).toBe(2 + stored + 1)
    }
  })

  it('L1 whoever is added while a room is written to sees what follows her joining', async () => {
    const room = await world.room(ada, [], { history: 'sinceJoin' })
    const results = await Promise.all([
      ...times(30, (n) => world.messages.send(ada, room.id, text(`early ${n}`))),
      world.members.put(ada, room.id, ben.userId, undefined),
      ...times(30, (n) => world.messages.send(ada, room.id, text(`late ${n}`))),
    ])
    expect(results).toHaveLength(61)
    const { joinedSeq } = (await world.rooms.get(ben, room.id)) as { joinedSeq: number }
    const { items, lastSeq } = await world.messages.page(ben, room.id, { limit: 200 })
    expect(items.map(({ seq }) => seq)).toEqual(
      times(lastSeq - joinedSeq, (n) => joinedSeq + 1 + n),
    )
  })
})
