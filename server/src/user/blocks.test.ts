import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { peopleWorld } from '../../test/people-world.ts'
import type { PeopleWorld } from '../../test/people-world.ts'
import { sql } from '../infra/sql.ts'

const path = (id: string) => `/v1/users/me/blocks/${id}`

describe('blocks', () => {
  let world: PeopleWorld
  beforeAll(async () => {
    world = await peopleWorld()
  })
  afterAll(() => world.close())

  it('blocks and unblocks, and says the same when asked again', async () => {
    const { user: ann, session } = await world.person('ann')
    const { user: bea } = await world.person('bea', 'Bea')
    const token = session.accessToken
    for (let n = 0; n < 2; n++)
      expect((await world.call('PUT', path(bea.id), { token })).status).toBe(204)
    const list = await world.call('GET', '/v1/users/me/blocks', { token })
    expect(list.body).toEqual({
      items: [
        {
          user: { id: bea.id, username: 'bea', displayName: 'Bea', avatarUrl: expect.any(String) },
          createdAt: expect.any(String),
        },
      ],
      nextCursor: null,
    })
    expect(await world.directory.listBlockPeers(world.db, ann.id)).toEqual([bea.id])
    expect(await world.directory.listBlockedIds(world.db, bea.id)).toEqual([])
    expect(await world.directory.listBlockPeers(world.db, bea.id)).toEqual([ann.id])
    for (let n = 0; n < 2; n++) {
      expect((await world.call('DELETE', path(bea.id), { token })).status).toBe(204)
    }
    expect(await world.directory.listBlockPeers(world.db, ann.id)).toEqual([])
    expect(world.announcer.toldTo(ann.id)).toEqual([
      { type: 'blocks.updated', userSeq: 1, data: { blocks: [bea.id] } },
      { type: 'blocks.updated', userSeq: 2, data: { blocks: [] } },
    ])
    expect(world.announcer.toldTo(bea.id)).toEqual([])
  })

  it('L4 each of many changes at once tells the whole list as it then was', async () => {
    const { user } = await world.person('cat')
    const others = []
    for (let n = 0; n < 8; n++) others.push((await world.person(`other${n}`)).user.id)
    await Promise.all(others.map((id) => world.blocks.block(user.id, id)))
    const sizes = world.announcer.toldTo(user.id).map((frame) => {
      const { blocks } = frame.data as { blocks: string[] } // blocks.updated
      return [frame.userSeq, blocks.length]
    })
    expect(sizes.sort(([a], [b]) => Number(a) - Number(b))).toEqual(
      others.map((_, n) => [n + 1, n + 1]),
    )
  })

  it('lists in pages by username', async () => {
    const { user, session } = await world.person('dot')
    for (const name of ['zed', 'yve', 'xan']) {
      await world.blocks.block(user.id, (await world.person(name)).user.id)
    }
    const token = session.accessToken
    const first = await world.call('GET', '/v1/users/me/blocks?limit=2', { token })
    const rest = await world.call(
      ...([
        'GET',
        `/v1/users/me/blocks?limit=2&cursor=${first.body.nextCursor}`,
        { token },
      ] as const),
    )
    const names = [...first.body.items, ...rest.body.items].map(
      ({ user: { username } }) => username,
    )
    expect(names).toEqual(['xan', 'yve', 'zed'])
    expect(rest.body.nextCursor).toBeNull()
  })

  it('refuses oneself, nobody, and more than a thousand', async () => {
    const { user, session } = await world.person('eve')
    const token = session.accessToken
    const block = (id: string) => world.call('PUT', path(id), { token })
    expect(await block(user.id)).toMatchObject({ status: 400, body: { code: 'invalid_request' } })
    expect((await block(user.id.toUpperCase())).status).toBe(400)
    expect(await block('01890a5d-ac96-774b-bcce-b302099a8057')).toMatchObject({ status: 404 })
    const { user: last } = await world.person('last.one')
    await world.db.query(sql`with crowd as (
        insert into users (id, username, display_name, created_at, updated_at)
        select gen_random_uuid(), 'crowd' || n, 'Crowd', now(), now() from generate_series(1, 1000) n
        returning id
      ) insert into blocks select ${user.id}, id, now() from crowd`)
    expect(await block(last.id)).toMatchObject({ status: 409, body: { code: 'block_limit' } })
    expect(await world.directory.listBlockedIds(world.db, user.id)).toHaveLength(1000)
  })

  it('lets two people block each other at once', async () => {
    const [{ user: one }, { user: two }] = [await world.person('fay'), await world.person('gus')]
    await Promise.all([world.blocks.block(one.id, two.id), world.blocks.block(two.id, one.id)])
    expect(await world.directory.listBlockPeers(world.db, one.id)).toEqual([two.id])
  })
})
