import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { tokenOf } from '../../test/mailbox.ts'
import { password, peopleWorld } from '../../test/people-world.ts'
import type { PeopleWorld } from '../../test/people-world.ts'
import { sql } from '../infra/sql.ts'

const day = 86_400_000
const all = { name: 'robot', scopes: ['people:read', 'people:write', 'rooms:read'] }

describe('personal access tokens', () => {
  let world: PeopleWorld
  beforeAll(async () => {
    world = await peopleWorld()
  })
  afterAll(() => world.close())

  const make = (session: string, more: object = {}) =>
    world.call('POST', '/v1/auth/tokens', {
      token: session,
      body: { ...all, currentPassword: password, ...more },
    })
  const me = (token: string) => world.call('GET', '/v1/users/me', { token })
  const list = async (session: string) =>
    (await world.call('GET', '/v1/auth/tokens', { token: session })).body.items
  const end = (session: string, id: string) =>
    world.call('DELETE', `/v1/auth/tokens/${id}`, { token: session })

  it('act in a person’s name, and are listed without what they are', async () => {
    const { user, session } = await world.person('ada')
    const { status, body, headers } = await make(session.accessToken, { expiresInDays: 30 })
    expect([status, headers['cache-control']]).toEqual([201, 'no-store'])
    expect(body.token).toMatch(/^parley_pat_[\w-]{43}$/)
    expect((await me(body.token)).body.id).toBe(user.id)
    const [listed] = await list(session.accessToken)
    expect(listed).toMatchObject({ id: body.info.id, name: 'robot', scopes: all.scopes })
    expect(Date.parse(listed.expiresAt) - Date.parse(listed.createdAt)).toBe(30 * day)
    expect(JSON.stringify(listed)).not.toContain(body.token)
    const rows = await world.db.query(sql`select t::text from personal_tokens t`)
    expect(JSON.stringify(rows)).not.toContain(body.token.slice(11))
  })

  it('say when they were last used, to the minute', async () => {
    const { session } = await world.person('used')
    const { body } = await make(session.accessToken)
    expect(await list(session.accessToken)).toMatchObject([{ lastUsedAt: null }])
    await me(body.token)
    const lastUse = async () => (await list(session.accessToken))[0].lastUsedAt
    await vi.waitFor(async () => expect(await lastUse()).not.toBeNull())
    const first = await lastUse()
    world.clock.advance(61_000)
    await me(body.token)
    await vi.waitFor(async () => expect(await lastUse()).not.toBe(first))
  })

  it('are made with the password, by a session, never by another token', async () => {
    const { session } = await world.person('guard')
    for (const currentPassword of ['wrong password', undefined]) {
      expect(await make(session.accessToken, { currentPassword })).toMatchObject({
        status: 401,
        body: { code: 'invalid_credentials' },
      })
    }
    const { body } = await make(session.accessToken)
    const scoped = { status: 403, body: { code: 'insufficient_scope' } }
    expect(await make(body.token)).toMatchObject(scoped)
    expect(await world.call('GET', '/v1/auth/sessions', { token: body.token })).toMatchObject(
      scoped,
    )
    expect(await world.call('DELETE', '/v1/users/me', { token: body.token })).toMatchObject(scoped)
  })

  it('P6 are refused from the moment they are ended, as their sockets are; others go on', async () => {
    const { user, session } = await world.person('ender')
    const [one, two] = [await make(session.accessToken), await make(session.accessToken)]
    expect((await me(one.body.token)).status).toBe(200)
    expect((await end(session.accessToken, one.body.info.id)).status).toBe(204)
    expect((await me(one.body.token)).status).toBe(401)
    expect(world.announcer.ended).toContainEqual({
      userId: user.id,
      sessionIds: [one.body.info.id],
    })
    expect((await me(two.body.token)).status).toBe(200)
    const again = await end(session.accessToken, one.body.info.id)
    expect([again.status, again.body.code]).toEqual([404, 'token_not_found'])
    const stranger = await world.person('stranger')
    expect((await end(stranger.session.accessToken, two.body.info.id)).status).toBe(404)
  })

  it('run out', async () => {
    const { session } = await world.person('short')
    const { body } = await make(session.accessToken, { expiresInDays: 1 })
    world.clock.advance(day - 1000)
    expect((await me(body.token)).status).toBe(200)
    world.clock.advance(1000)
    expect((await me(body.token)).status).toBe(401)
  })

  it('outlive a change of the password, not a replacement of it by mail', async () => {
    const { session } = await world.person('forgot')
    const { body } = await make(session.accessToken)
    const change = { currentPassword: password, newPassword: 'notes by the translator' }
    await world.call('POST', '/v1/auth/password', { token: session.accessToken, body: change })
    expect((await me(body.token)).status).toBe(200)
    const email = 'forgot@example.org'
    await world.call('POST', '/v1/auth/password-reset', { body: { email } })
    const token = await vi.waitFor(() => {
      const mail = world.mails.find((one) => one.to === email && /Choose/.test(one.subject))
      if (!mail) throw new Error('no mail yet')
      return tokenOf(mail)
    })
    const reset = { token, newPassword: 'notes of her own' }
    await world.call('POST', '/v1/auth/password-reset/confirm', { body: reset })
    expect((await me(body.token)).status).toBe(401)
  })

  it('are refused while the person is suspended, and gone once she is', async () => {
    const root = await world.admin('roottoken')
    const { user, session } = await world.person('frozen')
    const { body } = await make(session.accessToken)
    const status = (to: string) =>
      world.call('PATCH', `/v1/admin/users/${user.id}`, {
        token: root.session.accessToken,
        body: { status: to },
      })
    await status('suspended')
    expect((await me(body.token)).status).toBe(401)
    await status('active')
    expect((await me(body.token)).status).toBe(200)
    const again = await world.auth.service.createSessionFor(user.id, 'test')
    await world.call('DELETE', '/v1/users/me', { token: again.accessToken })
    expect((await me(body.token)).status).toBe(401)
    const left = await world.db.query(sql`select from personal_tokens where user_id = ${user.id}`)
    expect(left).toEqual([])
  })

  it('number fifty at most', async () => {
    const { user, session } = await world.person('many')
    const request = { name: 'one of many', scopes: ['rooms:read' as const] }
    for (let n = 0; n < 50; n++) await world.auth.personalTokens.create(user.id, user.id, request)
    expect((await make(session.accessToken)).body.code).toBe('token_limit')
  })

  it('that were invented, or changed in one letter, are refused', async () => {
    const { session } = await world.person('letters')
    const { token } = (await make(session.accessToken)).body
    const other = token.endsWith('A') ? 'B' : 'A'
    for (const wrong of [
      'parley_pat_',
      `parley_pat_${'x'.repeat(43)}`,
      token.slice(0, -1) + other,
    ]) {
      expect((await me(wrong)).status).toBe(401)
    }
  })

  it('are forgotten a month after their end', async () => {
    const { session } = await world.person('olds')
    const { body } = await make(session.accessToken, { expiresInDays: 1 })
    const there = async () =>
      (await world.db.query(sql`select from personal_tokens where id = ${body.info.id}`)).length
    world.clock.advance(30 * day)
    await world.auth.personalTokens.purge()
    expect(await there()).toBe(1)
    world.clock.advance(2 * day)
    await world.auth.personalTokens.purge()
    expect(await there()).toBe(0)
  })
})

describe('bots', () => {
  let world: PeopleWorld
  let token: string
  beforeAll(async () => {
    world = await peopleWorld()
    token = (await world.admin('root')).session.accessToken
  })
  afterAll(() => world.close())

  const create = (username: string, by = token) =>
    world.call('POST', '/v1/admin/bots', { token: by, body: { username } })
  const tokensOf = (id: string) => `/v1/admin/bots/${id}/tokens`

  it('are made by administrators, act by their tokens, and are marked for everyone', async () => {
    const { status, body: bot } = await create('Weather')
    expect([status, bot.username, bot.bot]).toEqual([201, 'weather', true])
    const body = { name: 'live', scopes: ['people:read'] }
    const made = (await world.call('POST', tokensOf(bot.id), { token, body })).body
    const seen = await world.call('GET', '/v1/users/me', { token: made.token })
    expect(seen.body).toMatchObject({ id: bot.id, bot: true, email: null })
    expect((await world.call('GET', tokensOf(bot.id), { token })).body.items).toHaveLength(1)
    const path = `${tokensOf(bot.id)}/${made.info.id}`
    expect((await world.call('DELETE', path, { token })).status).toBe(204)
    expect((await world.call('GET', '/v1/users/me', { token: made.token })).status).toBe(401)
    const audit = await world.call('GET', '/v1/admin/audit', { token })
    const actions = audit.body.items.map(({ action }: { action: string }) => action)
    expect(actions).toEqual(expect.arrayContaining(['token.created', 'token.revoked']))
  })

  it('are nobody one signs in as', async () => {
    await create('locked')
    const body = { login: 'locked', password }
    expect((await world.call('POST', '/v1/auth/login', { body })).status).toBe(401)
  })

  it('are the only accounts administrators make tokens for, with a session', async () => {
    const { user, session } = await world.person('person')
    const body = { name: 'stolen', scopes: ['people:read'] }
    const refused = await world.call('POST', tokensOf(user.id), { token, body })
    expect([refused.status, refused.body.code]).toEqual([404, 'user_not_found'])
    expect((await create('mine', session.accessToken)).status).toBe(403)
    const nowhere = tokensOf(randomUUID())
    expect((await world.call('GET', nowhere, { token })).body.code).toBe('user_not_found')
    const { body: bot } = await create('helper')
    const admin = {
      name: 'admin',
      scopes: ['admin:read', 'admin:write'],
      currentPassword: password,
    }
    const own = (await world.call('POST', '/v1/auth/tokens', { token, body: admin })).body.token
    expect((await world.call('GET', '/v1/admin/users', { token: own })).status).toBe(200)
    const wider = await world.call('POST', tokensOf(bot.id), { token: own, body })
    expect(wider.body.code).toBe('insufficient_scope')
  })
})
