import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { context, password, peopleWorld } from '../../test/people-world.ts'
import type { PeopleWorld } from '../../test/people-world.ts'
import type { Transaction } from '../infra/db.ts'
import { sql } from '../infra/sql.ts'

describe('profiles', () => {
  let world: PeopleWorld
  const ended: { userId: string; reason: string; lockable: boolean }[] = []
  beforeAll(async () => {
    world = await peopleWorld({ accountEnds: [{ accountEnded }] })
  })
  afterAll(() => world.close())

  async function accountEnded(_: Transaction, userId: string, reason: string): Promise<void> {
    const row = sql`select from users where id = ${userId} for update nowait`
    const lockable = await world.db.query(row).then(
      () => true,
      () => false,
    )
    ended.push({ userId, reason, lockable })
  }
  const me = (token: string) => world.call('GET', '/v1/users/me', { token })
  const change = (token: string, body: object) =>
    world.call('PATCH', '/v1/users/me', { token, body })
  const remove = (token: string) => world.call('DELETE', '/v1/users/me', { token })

  it('needs a session', async () => {
    for (const path of ['/v1/users/me', '/v1/users?q=a', '/v1/users/me/blocks']) {
      expect(await world.call('GET', path)).toMatchObject({ status: 401 })
    }
  })

  it('changes what is named and leaves the rest', async () => {
    const { session } = await world.person('ann', 'Ann')
    const token = session.accessToken
    const { status, body } = await change(token, { displayName: ' Anne  ', bio: 'line\nline' })
    expect(status).toBe(200)
    expect(body).toMatchObject({ displayName: 'Anne', bio: 'line\nline', statusText: '' })
    expect((await change(token, { statusText: '🌻' })).body).toMatchObject({
      displayName: 'Anne',
      statusText: '🌻',
    })
    expect((await me(token)).body).toMatchObject({ bio: 'line\nline', statusText: '🌻' })
  })

  it('L4 tells the devices once, and not where nothing changes', async () => {
    const { session, user } = await world.person('bea')
    const { body } = await change(session.accessToken, { bio: 'new' })
    await change(session.accessToken, { bio: 'new', displayName: ' bea ' })
    expect(world.announcer.toldTo(user.id)).toEqual([
      { type: 'user.updated', userSeq: 1, data: body },
    ])
  })

  it.each([
    [{}, ''],
    [{ displayName: '' }, '/displayName'],
    [{ displayName: '   ' }, '/displayName'],
    [{ displayName: 'x'.repeat(65) }, '/displayName'],
    [{ bio: 'x'.repeat(501) }, '/bio'],
    [{ statusText: 'x'.repeat(141) }, '/statusText'],
    [{ bio: null }, '/bio'],
    [{ role: 'admin' }, '/role'],
    [{ status: 'active' }, '/status'],
    [{ bio: 'nul \0' }, '/bio'],
    [{ bio: 'half \ud800' }, '/bio'],
    [{ timeZone: 'Mars/Olympus' }, '/timeZone'],
    [{ timeZone: '+01:00' }, '/timeZone'],
    [{ locale: '1234' }, '/locale'],
    [{ statusText: 'x', statusTextUntil: '2020-01-01T00:00:00Z' }, '/statusTextUntil'],
    [{ statusTextUntil: 'tomorrow' }, '/statusTextUntil'],
    [{ reachableBy: 'friends' }, '/reachableBy'],
    [{ lastSeenTo: null }, '/lastSeenTo'],
    [{ fields: { shoe: '42' } }, '/fields/shoe'],
  ])('refuses %j', async (body, pointer) => {
    const { session } = await world.person(`p${Math.random().toString(36).slice(2, 12)}`)
    const answer = await change(session.accessToken, body)
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_request' } })
    expect(answer.body.errors[0].pointer).toBe(pointer)
  })

  it('counts characters, not bytes', async () => {
    const { session } = await world.person('cat')
    const displayName = '🐈'.repeat(64)
    expect((await change(session.accessToken, { displayName })).body.displayName).toBe(displayName)
  })

  it('shows others the public part only', async () => {
    const { user } = await world.person('dot')
    const { session } = await world.person('eve')
    const { body } = await world.call('GET', `/v1/users/${user.id}`, { token: session.accessToken })
    expect(Object.keys(body).sort()).toEqual(
      ['id', 'username', 'displayName', 'avatarUrl', 'bio', 'bot', 'statusText', 'role']
        .concat('statusTextUntil', 'timeZone', 'locale', 'fields', 'lastSeenAt')
        .concat('createdAt', 'updatedAt')
        .sort(),
    )
  })

  it('knows no one who is not there', async () => {
    const { session } = await world.person('flo')
    const see = (id: string) => world.call('GET', `/v1/users/${id}`, { token: session.accessToken })
    expect(await see('01890a5d-ac96-774b-bcce-b302099a8057')).toMatchObject({
      status: 404,
      body: { code: 'user_not_found' },
    })
    expect((await see('1')).status).toBe(400)
  })

  describe('deleting an account', () => {
    it('leaves a person in name only and frees her username and address', async () => {
      const { user, session } = await world.person('gil', 'Gilda')
      await change(session.accessToken, { bio: 'about me', statusText: 'here' })
      const { session: witness } = await world.person('hal')
      expect((await remove(session.accessToken)).status).toBe(204)

      expect((await me(session.accessToken)).status).toBe(401)
      const seen = await world.call('GET', `/v1/users/${user.id}`, { token: witness.accessToken })
      expect(seen.status).toBe(404)
      const row = await world.db.query(sql`select row_to_json(u)::text as row from users u
        where id = ${user.id}`)
      expect(JSON.stringify(row)).not.toMatch(/gil|Gilda|about me|here|\$2b\$/)
      const names = await world.directory.getPublicUsers(world.db, [user.id])
      expect(names.get(user.id)).toMatchObject({ displayName: 'Deleted account' })
      expect(names.get(user.id)?.username).toMatch(/^deleted-[0-9a-f]{24}$/)

      const again = await world.person('gil')
      expect(again.user.id).not.toBe(user.id)
      const login = { login: 'gil', password }
      expect((await world.auth.service.login(login, context)).user.id).toBe(again.user.id)
    })

    it('ends memberships before it locks the person, then sessions, on every device', async () => {
      const { user, session } = await world.person('ivy')
      const other = await world.auth.service.login({ login: 'ivy', password }, context)
      await remove(session.accessToken)
      expect(ended.filter(({ userId }) => userId === user.id)).toEqual([
        { userId: user.id, reason: 'deleted', lockable: true },
      ])
      expect((await me(other.session.accessToken)).status).toBe(401)
      const refresh = { refreshToken: other.session.refreshToken }
      expect((await world.call('POST', '/v1/auth/refresh', { body: refresh })).status).toBe(401)
      expect(world.announcer.ended).toContainEqual({ userId: user.id, sessionIds: 'all' })
      const left = await world.db.query(sql`
        select from sessions where user_id = ${user.id}
        union all select from blocks where user_id = ${user.id}`)
      expect(left).toEqual([])
    })

    it('keeps the audit entries and takes addresses and devices out of them', async () => {
      const { user, session } = await world.person('jan')
      await remove(session.accessToken)
      const rows = await world.db.query<{ action: string; detail: object }>(sql`
        select action, detail from audit_log where subject_id = ${user.id} order by id`)
      expect(rows.map(({ action }) => action)).toEqual([
        'user.registered',
        'session.started',
        'session.ended',
        'user.deleted',
      ])
      expect(JSON.stringify(rows)).not.toContain(context.address)
    })

    it('removes her own blocks', async () => {
      const { user, session } = await world.person('kay')
      const { user: other } = await world.person('lee')
      await world.blocks.block(user.id, other.id)
      await remove(session.accessToken)
      expect(await world.directory.listBlockedIds(world.db, user.id)).toEqual([])
    })

    it('happens once, however often it is asked for at once', async () => {
      const { user } = await world.person('max')
      await Promise.all(Array.from({ length: 5 }, () => world.users.deleteOwnUser(user.id)))
      const rows = await world.db.query(sql`
        select from audit_log where subject_id = ${user.id} and action = 'user.deleted'`)
      expect(rows).toHaveLength(1)
    })
  })
})
