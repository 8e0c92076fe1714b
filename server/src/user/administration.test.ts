import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { context, password, peopleWorld } from '../../test/people-world.ts'
import type { PeopleWorld } from '../../test/people-world.ts'
import { sql } from '../infra/sql.ts'

describe('administration', () => {
  let world: PeopleWorld
  let admin: Awaited<ReturnType<PeopleWorld['admin']>>
  beforeAll(async () => {
    world = await peopleWorld()
    admin = await world.admin('root.admin')
  })
  afterAll(() => world.close())

  const change = (id: string, body: object, token = admin.session.accessToken) =>
    world.call('PATCH', `/v1/admin/users/${id}`, { token, body })
  const me = (token: string) => world.call('GET', '/v1/users/me', { token })
  const list = (query: string) =>
    world.call('GET', `/v1/admin/users?${query}`, { token: admin.session.accessToken })

  it('is for administrators only, on every path', async () => {
    const { session, user } = await world.person('ann')
    const token = session.accessToken
    for (const path of ['/v1/admin/users', '/v1/admin/audit']) {
      expect(await world.call('GET', path, { token })).toMatchObject({
        status: 403,
        body: { code: 'forbidden' },
      })
      expect((await world.call('GET', path)).status).toBe(401)
    }
    expect((await change(user.id, { role: 'admin' }, token)).status).toBe(403)
  })

  it('lists accounts with what only administrators see, by status, name and address', async () => {
    const { user } = await world.person('bea', 'Beatrix Potter')
    const { body } = await list('q=potter')
    expect(body.items).toMatchObject([
      {
        id: user.id,
        email: 'bea@example.org',
        emailVerified: false,
        hasPassword: true,
        status: 'active',
        statusReason: null,
      },
    ])
    expect((await list('q=BEA@exam')).body.items).toHaveLength(1)
    expect((await list('q=%25')).body.items).toEqual([])
    expect((await list('q=bea&status=suspended')).body.items).toEqual([])
    await change(user.id, { status: 'suspended' })
    expect((await list('q=bea&status=suspended')).body.items).toHaveLength(1)
    expect((await list('status=deleted')).status).toBe(400)
  })

  it('lists everybody once over the pages', async () => {
    for (let n = 0; n < 7; n++) await world.person(`page${n}`)
    const names: string[] = []
    let cursor = ''
    do {
      const { body } = await list(`q=page&limit=3${cursor}`)
      names.push(...body.items.map((item: { username: string }) => item.username))
      cursor = body.nextCursor === null ? '' : `&cursor=${body.nextCursor}`
    } while (cursor !== '')
    expect(names).toEqual(Array.from({ length: 7 }, (_, n) => `page${n}`))
    expect((await list('cursor=nonsense')).status).toBe(400)
    expect((await list('limit=201')).status).toBe(400)
  })

  it('P6 suspends with a reason: sessions end at once, and logging in says so', async () => {
    const { user, session } = await world.person('cat')
    expect((await me(session.accessToken)).status).toBe(200)
    const { status, body } = await change(user.id, { status: 'suspended', reason: 'spam' })
    expect(status).toBe(200)
    expect(body).toMatchObject({ status: 'suspended', statusReason: 'spam' })
    expect((await me(session.accessToken)).status).toBe(401)
    const refresh = { refreshToken: session.refreshToken }
    expect((await world.call('POST', '/v1/auth/refresh', { body: refresh })).status).toBe(401)
    expect(world.announcer.ended).toContainEqual({ userId: user.id, sessionIds: 'all' })
    const logIn = (given: string) =>
      world.call('POST', '/v1/auth/login', { body: { login: 'cat', password: given } })
    expect(await logIn(password)).toMatchObject({
      status: 403,
      body: { code: 'account_suspended' },
    })
    expect(await logIn('a wrong password')).toMatchObject({ body: { code: 'invalid_credentials' } })
    await expect(world.auth.service.createSessionFor(user.id, 'demo')).rejects.toMatchObject({
      code: 'user_not_found',
    })
  })

  it('restores: the person signs in again, her old sessions stay ended', async () => {
    const { user, session } = await world.person('dot')
    await change(user.id, { status: 'suspended', reason: 'a mistake' })
    const { body } = await change(user.id, { status: 'active' })
    expect(body).toMatchObject({ status: 'active', statusReason: null })
    expect((await me(session.accessToken)).status).toBe(401)
    const again = await world.auth.service.login({ login: 'dot', password }, context)
    expect((await me(again.session.accessToken)).status).toBe(200)
  })

  it('leaves no session alive where someone logs in while she is suspended', async () => {
    const { user } = await world.person('eve')
    for (let round = 0; round < 5; round++) {
      const logIns = Array.from({ length: 4 }, () =>
        world.auth.service.login({ login: 'eve', password }, context),
      )
      await Promise.allSettled([...logIns, change(user.id, { status: 'suspended' })])
      const { items } = await world.auth.sessions.list(user.id, '', {})
      expect(items).toEqual([])
      await change(user.id, { status: 'active' })
    }
  })

  it('gives and takes the role at once', async () => {
    const { user, session } = await world.person('flo')
    const token = session.accessToken
    expect((await world.call('GET', '/v1/admin/users', { token })).status).toBe(403)
    expect((await change(user.id, { role: 'admin' })).body.role).toBe('admin')
    expect((await world.call('GET', '/v1/admin/users', { token })).status).toBe(200)
    await change(user.id, { role: 'user' })
    expect((await world.call('GET', '/v1/admin/users', { token })).status).toBe(403)
    const told = world.announcer.toldTo(user.id)
    expect(told.map(({ type, data }) => [type, (data as { role: string }).role])).toEqual([
      ['user.updated', 'admin'],
      ['user.updated', 'user'],
    ])
  })

  it('asks the database, not the token, who is an administrator', async () => {
    const { user, session } = await world.admin('gil')
    const other = await peopleWorld({ besides: world })
    const token = session.accessToken
    expect((await other.call('GET', '/v1/admin/users', { token })).status).toBe(200)
    await change(user.id, { role: 'user' })
    // The other node has not heard of it: its register still says admin.
    for (const path of ['/v1/admin/users', '/v1/admin/audit']) {
      expect((await other.call('GET', path, { token })).status).toBe(403)
    }
    const own = { token, body: { role: 'admin' } }
    expect((await other.call('PATCH', `/v1/admin/users/${user.id}`, own)).status).toBe(403)
    await other.close()
  })

  it('neither demotes, suspends nor deletes the last administrator', async () => {
    const { user, session } = admin
    for (const body of [{ role: 'user' }, { status: 'suspended' }]) {
      expect(await change(user.id, body)).toMatchObject({
        status: 409,
        body: { code: 'last_admin' },
      })
    }
    const token = session.accessToken
    expect((await world.call('DELETE', '/v1/users/me', { token })).body.code).toBe('last_admin')
    const other = await world.admin('hal')
    await change(other.user.id, { status: 'suspended' })
    expect((await change(user.id, { role: 'user' })).body.code).toBe('last_admin')
    expect((await change(other.user.id, { role: 'user' })).status).toBe(200)
    expect((await me(token)).status).toBe(200)
  })

  it('keeps one administrator however many take each other down at once', async () => {
    const crowd = await peopleWorld()
    const admins: Awaited<ReturnType<PeopleWorld['admin']>>[] = []
    for (let n = 0; n < 6; n++) admins.push(await crowd.admin(`admin${n}`))
    await Promise.allSettled(
      admins.map(async ({ user }, n) => {
        const next = admins[(n + 1) % admins.length]?.user.id ?? ''
        if (n % 3 === 0) return crowd.administration.changeUser(user.id, next, { role: 'user' })
        if (n % 3 === 1) {
          return crowd.administration.changeUser(user.id, next, { status: 'suspended' })
        }
        return crowd.users.deleteOwnUser(user.id)
      }),
    )
    await Promise.allSettled(admins.map(({ user }) => crowd.users.deleteOwnUser(user.id)))
    const left = await crowd.db.query(sql`
      select from users where role = 'admin' and status = 'active'`)
    expect(left).toHaveLength(1)
    await crowd.close()
  })

  it('changes nothing and records nothing where nothing differs', async () => {
    const { user } = await world.person('ivy')
    const { body } = await change(user.id, { role: 'user', status: 'active', reason: 'none' })
    expect(body.updatedAt).toBe(user.updatedAt)
    expect(world.announcer.toldTo(user.id)).toEqual([])
    const rows = await world.db.query<{ action: string }>(sql`
      select action from audit_log where subject_id = ${user.id} order by id`)
    expect(rows.map(({ action }) => action)).toEqual(['user.registered', 'session.started'])
  })

  it('refuses what is no change and who is not there', async () => {
    const { user, session } = await world.person('jan')
    for (const body of [{}, { role: 'owner' }, { status: 'deleted' }, { username: 'x' }]) {
      expect((await change(user.id, body)).status).toBe(400)
    }
    await world.call('DELETE', '/v1/users/me', { token: session.accessToken })
    expect((await change(user.id, { status: 'active' })).body.code).toBe('user_not_found')
  })

  it('records who did what to whom, newest first, in pages', async () => {
    const { user } = await world.person('kay')
    await change(user.id, { role: 'admin', reason: 'on duty' })
    await change(user.id, { status: 'suspended', reason: 'off duty' })
    const token = admin.session.accessToken
    const read = async (query: string) =>
      (await world.call('GET', `/v1/admin/audit?${query}`, { token })).body
    const all: { action: string }[] = []
    let cursor = ''
    while (all.length < 5) {
      const page = await read(`limit=2${cursor}`)
      all.push(...page.items)
      cursor = `&cursor=${page.nextCursor}`
    }
    const actor = { username: 'root.admin' }
    const subject = { id: user.id, username: 'kay' }
    expect(all.slice(0, 5)).toMatchObject([
      { action: 'user.suspended', actor, subject, detail: { reason: 'off duty' } },
      { action: 'session.ended', subject, detail: { reason: 'suspended' } },
      {
        action: 'user.role_changed',
        actor,
        subject,
        detail: {
          from: 'user',
          to: 'admin',
          reason: 'on duty',
        },
      },
      { action: 'session.started', actor: subject, detail: { address: context.address } },
      { action: 'user.registered', actor: subject, subject },
    ])
  })

  it('promotes by username or address from the command line', async () => {
    await world.person('lee')
    expect(await world.administration.promote('lee@example.org')).toMatchObject({ role: 'admin' })
    await expect(world.administration.promote('no.one')).rejects.toMatchObject({
      code: 'user_not_found',
    })
  })
})
