import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { context, password, peopleWorld } from '../../test/people-world.ts'
import type { PeopleWorld } from '../../test/people-world.ts'
import { sql } from '../infra/sql.ts'

const day = 86_400_000

describe('sessions', () => {
  let world: PeopleWorld
  beforeAll(async () => {
    world = await peopleWorld()
  })
  afterAll(() => world.close())

  const refresh = (refreshToken: string) =>
    world.call('POST', '/v1/auth/refresh', { body: { refreshToken } })
  const me = (token: string) => world.call('GET', '/v1/users/me', { token })
  const logIn = async (login: string, headers: Record<string, string> = {}) => {
    const { body } = await world.call('POST', '/v1/auth/login', {
      body: { login, password },
      headers,
    })
    return body.session
  }

  describe('refresh', () => {
    it('exchanges a token for the next one and a new access token', async () => {
      const { session } = await world.person('ann')
      const { status, body } = await refresh(session.refreshToken)
      expect(status).toBe(200)
      expect(body.session).toMatchObject({ id: session.id, expiresIn: 600 })
      expect(body.session.refreshToken).not.toBe(session.refreshToken)
      expect((await me(body.session.accessToken)).status).toBe(200)
    })

    it('answers a lost answer again, as late as it likes, while the next token is unused', async () => {
      const { session } = await world.person('bea')
      const first = await refresh(session.refreshToken)
      world.clock.advance(60_000)
      const again = await refresh(session.refreshToken)
      expect(again.status).toBe(200)
      expect(again.body.session.refreshToken).toBe(first.body.session.refreshToken)
    })

    it('still answers it for 10 s after the next token was used', async () => {
      const { session } = await world.person('cat')
      const first = await refresh(session.refreshToken)
      const second = await refresh(first.body.session.refreshToken)
      world.clock.advance(9_000)
      const late = await refresh(session.refreshToken)
      expect(late.body.session.refreshToken).toBe(first.body.session.refreshToken)
      expect((await refresh(second.body.session.refreshToken)).status).toBe(200)
    })

    it('ends the session when an older token comes back: someone has a copy', async () => {
      const { session, user } = await world.person('dot')
      const first = await refresh(session.refreshToken)
      const second = await refresh(first.body.session.refreshToken)
      world.clock.advance(11_000)
      expect(await refresh(session.refreshToken)).toMatchObject({
        status: 401,
        body: { code: 'invalid_refresh_token' },
      })
      expect((await refresh(second.body.session.refreshToken)).status).toBe(401)
      expect((await me(second.body.session.accessToken)).status).toBe(401)
      expect(world.announcer.ended).toContainEqual({ userId: user.id, sessionIds: [session.id] })
      const { items } = await world.audit.list(world.db, { limit: 1 })
      expect(items[0]).toMatchObject({ action: 'session.ended', detail: { reason: 'reused' } })
    })

    it('takes a token three exchanges old for a copy even within 10 s', async () => {
      const { session } = await world.person('eve')
      let token = session.refreshToken
      for (let n = 0; n < 3; n++) token = (await refresh(token)).body.session.refreshToken
      expect((await refresh(session.refreshToken)).status).toBe(401)
      expect((await refresh(token)).status).toBe(401)
    })

    it('gives a hundred uses at once of one token the same next one', async () => {
      const { session } = await world.person('flo')
      await world.openConnections() // so that they do meet
      const uses = Array.from({ length: 100 }, () => refresh(session.refreshToken))
      const answers = await Promise.all(uses)
      expect(answers.map(({ status }) => status)).toEqual(Array(100).fill(200))
      const tokens = new Set(answers.map(({ body }) => body.session.refreshToken))
      expect(tokens.size).toBe(1)
      expect((await refresh([...tokens][0] as string)).status).toBe(200)
    })

    it('refuses what is no refresh token: others, access tokens, nonsense', async () => {
      const { session } = await world.person('gil')
      for (const token of [session.accessToken, 'nonsense', `${session.refreshToken}x`]) {
        const { status, body } = await refresh(token)
        expect([400, 401]).toContain(status)
        expect(body.session).toBeUndefined()
      }
      expect((await refresh(session.refreshToken)).status).toBe(200)
    })

    it('ends after 30 days without use, and after 90 days however often it is used', async () => {
      const { session: idle } = await world.person('hal')
      const { session: used } = await world.person('ivy')
      let token = used.refreshToken
      for (let passed = 0; passed < 80; passed += 20) {
        world.clock.advance(20 * day)
        token = (await refresh(token)).body.session.refreshToken
      }
      expect((await refresh(idle.refreshToken)).status).toBe(401)
      world.clock.advance(11 * day)
      expect((await refresh(token)).status).toBe(401)
    })
  })

  describe('ending', () => {
    it('P6 logging out refuses the access token and the refresh token at once', async () => {
      const { session, user } = await world.person('jan')
      const other = await logIn('jan')
      expect((await me(session.accessToken)).status).toBe(200)
      const { status } = await world.call('POST', '/v1/auth/logout', { token: session.accessToken })
      expect(status).toBe(204)
      expect(await me(session.accessToken)).toMatchObject({
        status: 401,
        body: { code: 'unauthenticated' },
      })
      expect((await refresh(session.refreshToken)).status).toBe(401)
      expect((await me(other.accessToken)).status).toBe(200)
      expect(world.announcer.ended).toContainEqual({ userId: user.id, sessionIds: [session.id] })
    })

    it("L4 tells the person's other devices, counted in her state", async () => {
      const { session, user } = await world.person('kay')
      const seqOf = async () =>
        (await world.directory.listStateSeqs(world.db, [user.id])).get(user.id) ?? NaN
      const before = await seqOf()
      await world.call('POST', '/v1/auth/logout', { token: session.accessToken })
      expect(world.announcer.toldTo(user.id)).toEqual([
        { type: 'session.ended', userSeq: before + 1, data: { sessionIds: [session.id] } },
      ])
      expect(await seqOf()).toBe(before + 1)
    })

    it('lists sessions by device, newest first, in pages', async () => {
      const { session: first } = await world.person('lee')
      const phone = await logIn('lee', {
        'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
      })
      const token = first.accessToken
      const page = await world.call('GET', '/v1/auth/sessions?limit=1', { token })
      expect(page.body.items).toMatchObject([
        { id: phone.id, deviceName: 'Firefox on Linux', current: false },
      ])
      const path = `/v1/auth/sessions?limit=1&cursor=${page.body.nextCursor}`
      const rest = await world.call('GET', path, { token })
      expect(rest.body).toMatchObject({
        items: [{ id: first.id, deviceName: 'curl', address: context.address, current: true }],
        nextCursor: null,
      })
    })

    it('ends one session by id, and none of somebody else', async () => {
      const { session } = await world.person('max')
      const other = await logIn('max')
      const { session: stranger } = await world.person('nia')
      const end = (id: string, token: string) =>
        world.call('DELETE', `/v1/auth/sessions/${id}`, { token })
      expect(await end(session.id, stranger.accessToken)).toMatchObject({
        status: 404,
        body: { code: 'session_not_found' },
      })
      expect((await end(session.id, other.accessToken)).status).toBe(204)
      expect((await end(session.id, other.accessToken)).status).toBe(404)
      expect((await me(session.accessToken)).status).toBe(401)
      expect((await end('not-an-id', other.accessToken)).status).toBe(400)
    })

    it('ends all other sessions and keeps this one', async () => {
      const { session } = await world.person('oda')
      const others = [await logIn('oda'), await logIn('oda')]
      const token = session.accessToken
      expect((await world.call('DELETE', '/v1/auth/sessions', { token })).status).toBe(204)
      expect((await me(token)).status).toBe(200)
      for (const other of others) expect((await me(other.accessToken)).status).toBe(401)
    })

    it('changing the password ends the other sessions and refuses the old password', async () => {
      const { session } = await world.person('pam')
      const other = await logIn('pam')
      const change = (currentPassword: string, newPassword: string) =>
        world.call('POST', '/v1/auth/password', {
          token: session.accessToken,
          body: { currentPassword, newPassword },
        })
      expect(await change('not my password', 'notes by the translator')).toMatchObject({
        status: 401,
        body: { code: 'invalid_credentials' },
      })
      expect((await change(password, 'password')).body.code).toBe('weak_password')
      expect((await me(other.accessToken)).status).toBe(200)
      expect((await change(password, 'notes by the translator')).status).toBe(204)
      expect((await me(session.accessToken)).status).toBe(200)
      expect((await me(other.accessToken)).status).toBe(401)
      expect(await logIn('pam')).toBeUndefined()
    })

    it('resetting the password from the command line ends every session', async () => {
      const { session } = await world.person('quin')
      await world.auth.passwords.reset('quin', 'notes by the translator')
      expect((await me(session.accessToken)).status).toBe(401)
      const input = { login: 'quin', password: 'notes by the translator' }
      expect((await world.auth.service.login(input, context)).user.username).toBe('quin')
      await expect(world.auth.passwords.reset('no.one', 'a good password')).rejects.toMatchObject({
        code: 'user_not_found',
      })
    })

    it('P6 another node refuses an ended session as soon as it hears of it, or after 30 s', async () => {
      const { session, user } = await world.person('ria')
      const other = await peopleWorld({ besides: world })
      const there = () => other.call('GET', '/v1/users/me', { token: session.accessToken })
      expect((await there()).status).toBe(200)
      await world.auth.sessions.end(user.id, session.id)
      expect((await there()).status).toBe(200) // the news is on its way
      other.auth.register.forget({ userId: user.id, sessionIds: [session.id] })
      expect((await there()).status).toBe(401)

      const again = await logIn('ria')
      const deaf = () => other.call('GET', '/v1/users/me', { token: again.accessToken })
      expect((await deaf()).status).toBe(200)
      await world.auth.sessions.end(user.id, again.id)
      other.clock.advance(30_000)
      expect((await deaf()).status).toBe(401)
      await other.close()
    })
  })

  it('makes sessions without a password for what runs on the server itself', async () => {
    const { user } = await world.person('sue')
    const session = await world.auth.service.createSessionFor(user.id, 'demo')
    expect((await me(session.accessToken)).body.username).toBe('sue')
    expect((await refresh(session.refreshToken)).status).toBe(200)
  })

  it('forgets sessions long after their end', async () => {
    const { session, user } = await world.person('tia')
    await refresh(session.refreshToken)
    const count = async () => {
      const rows = await world.db.query(sql`select from sessions where user_id = ${user.id}`)
      return rows.length
    }
    const used = async () => (await world.db.query(sql`select from used_refresh_tokens`)).length
    await world.auth.sessions.purge()
    expect(await count()).toBe(1)
    expect(await used()).toBeGreaterThan(0)
    world.clock.advance(31 * day)
    await world.auth.sessions.purge()
    expect(await count()).toBe(1)
    expect(await used()).toBe(0)
    world.clock.advance(30 * day)
    await world.auth.sessions.purge()
    expect(await count()).toBe(0)
  })
})
