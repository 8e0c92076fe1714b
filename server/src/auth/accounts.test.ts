import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { password, peopleWorld } from '../../test/people-world.ts'
import type { PeopleWorld } from '../../test/people-world.ts'
import { sql } from '../infra/sql.ts'

describe('accounts', () => {
  let world: PeopleWorld
  beforeAll(async () => {
    world = await peopleWorld()
  })
  afterAll(() => world.close())

  const register = (body: object) => world.call('POST', '/v1/auth/register', { body })
  const logIn = (login: string, given = password, address = '192.0.2.1') =>
    world.call('POST', '/v1/auth/login', { body: { login, password: given }, address })

  it('registers a person and signs her in', async () => {
    const { status, body, headers } = await register({
      username: 'Ada',
      email: 'Ada@Example.org',
      password,
    })
    expect(status).toBe(201)
    expect(headers.location).toBe(`/v1/users/${body.user.id}`)
    expect(body.user).toMatchObject({
      username: 'ada',
      displayName: 'Ada',
      email: 'Ada@Example.org',
      emailVerified: false,
      status: 'active',
      role: 'user',
    })
    expect(body.session).toMatchObject({ expiresIn: 600, refreshToken: expect.any(String) })
    const me = await world.call('GET', '/v1/users/me', { token: body.session.accessToken })
    expect(me).toMatchObject({ status: 200, body: body.user })
    const answer = JSON.stringify(body)
    for (const secret of [password, 'passwordHash', '$2b$']) expect(answer).not.toContain(secret)
  })

  it('finds a username or an address taken whatever the case', async () => {
    await register({ username: 'taken', email: 'taken@example.org', password })
    const name = await register({ username: 'TAKEN', email: 'other@example.org', password })
    expect(name).toMatchObject({ status: 409, body: { code: 'username_taken' } })
    const address = await register({ username: 'other', email: 'TAKEN@example.ORG', password })
    expect(address).toMatchObject({ status: 409, body: { code: 'email_taken' } })
  })

  it('gives one name to one of many who register it at once', async () => {
    const attempts = Array.from({ length: 8 }, (_, n) =>
      register({ username: 'raced', email: `raced${n}@example.org`, password }),
    )
    const codes = (await Promise.all(attempts)).map(({ status, body }) => body.code ?? status)
    expect(codes.filter((code) => code === 201)).toHaveLength(1)
    expect(codes.filter((code) => code === 'username_taken')).toHaveLength(7)
  })

  it('gives one address to one of many who register it at once', async () => {
    const attempts = Array.from({ length: 8 }, (_, n) =>
      register({ username: `address${n}`, email: 'same@example.org', password }),
    )
    const codes = (await Promise.all(attempts)).map(({ status, body }) => body.code ?? status)
    expect(codes.filter((code) => code === 201)).toHaveLength(1)
    expect(codes.filter((code) => code === 'email_taken')).toHaveLength(7)
  })

  it.each([
    ['ab', '/username'],
    ['a'.repeat(33), '/username'],
    ['with space', '/username'],
    ['ünicode', '/username'],
  ])('refuses the username %s', async (username, pointer) => {
    const { status, body } = await register({ username, email: 'x@example.org', password })
    expect(status).toBe(400)
    expect(body.errors).toEqual([{ pointer, detail: expect.any(String) }])
  })

  it.each([
    'plain',
    'two@@example.org',
    'a b@example.org',
    '@example.org',
    `${'a'.repeat(250)}@x.org`,
  ])('refuses the address %s', async (email) => {
    const { status, body } = await register({ username: 'nobody', email, password })
    expect(status).toBe(400)
    expect(body.errors[0].pointer).toBe('/email')
  })

  it('refuses a hostile address at once', async () => {
    const email = `${'a.'.repeat(30_000)}@`
    const began = performance.now()
    expect((await register({ username: 'nobody', email, password })).status).toBe(400)
    expect(performance.now() - began).toBeLessThan(500)
  })

  it.each([' ', '\u200b', 'line\nbreak', '\u202eturned'])(
    'refuses the display name %j',
    async (displayName) => {
      const { status, body } = await register({
        username: 'nobody',
        email: 'nobody@example.org',
        password,
        displayName,
      })
      expect(status).toBe(400)
      expect(body.errors[0].pointer).toBe('/displayName')
    },
  )

  it.each([
    ['seven77', 'invalid_request'],
    ['password', 'weak_password'],
    ['TrustNo1', 'weak_password'],
    ['p'.repeat(73), 'password_too_long'],
    ['é'.repeat(37), 'password_too_long'],
  ])('refuses the password %s', async (given, code) => {
    const body = { username: 'nobody', email: 'nobody@example.org', password: given }
    expect(await register(body)).toMatchObject({ status: 400, body: { code } })
  })

  it('takes a password of 72 bytes whole, and nothing longer that begins like it', async () => {
    const long = 'é'.repeat(36)
    const body = { username: 'long', email: 'long@example.org', password: long }
    expect((await register(body)).status).toBe(201)
    expect((await logIn('long', long)).status).toBe(200)
    expect((await logIn('long', `${long}x`)).status).toBe(401)
    expect((await logIn('long', long.slice(0, -1))).status).toBe(401)
  })

  it('knows a password however its accents were typed', async () => {
    const body = { username: 'accent', email: 'accent@example.org', password: 'ca\u0301lculo 1' }
    await register(body)
    expect((await logIn('accent', 'c\u00e1lculo 1')).status).toBe(200)
  })

  it('refuses fields it does not know, a role among them', async () => {
    const body = { username: 'sly', email: 'sly@example.org', password, role: 'admin' }
    expect(await register(body)).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/role', detail: 'is not known here' }] },
    })
  })

  it('registers nobody over HTTP where registration is closed', async () => {
    const closed = await peopleWorld({ config: { registration: 'closed' } })
    const body = { username: 'late', email: 'late@example.org', password }
    expect(await closed.call('POST', '/v1/auth/register', { body })).toMatchObject({
      status: 403,
      body: { code: 'registration_closed' },
    })
    const user = await closed.auth.service.createUser({ ...body, role: 'admin' })
    expect(user).toMatchObject({ username: 'late', role: 'admin' })
    await closed.close()
  })

  it('checks what the command line gives it as strictly', async () => {
    const input = { email: null, password, role: 'user' } as const
    const { service } = world.auth
    await expect(service.createUser({ ...input, username: 'no spaces' })).rejects.toMatchObject({
      code: 'invalid_request',
      errors: [{ pointer: '/username' }],
    })
    expect(await service.createUser({ ...input, username: 'console' })).toMatchObject({
      email: null,
    })
  })

  it('logs in by username and by address, in any case', async () => {
    await world.person('bell')
    for (const login of ['bell', 'BELL', ' bell ', 'bell@example.org', 'Bell@Example.ORG']) {
      expect(await logIn(login)).toMatchObject({
        status: 200,
        body: { user: { username: 'bell' } },
      })
    }
  })

  it('answers a wrong password and an unknown login alike', async () => {
    await world.person('cora')
    await world.db.query(sql`update users set password_hash = null where username = 'taken'`)
    const answers = await Promise.all([
      logIn('cora', 'a wrong password'),
      logIn('nobody.at.all', 'a wrong password'),
      logIn('nobody@example.org', 'a wrong password'),
      logIn('taken', 'a wrong password'),
      logIn('cora', 'x'.repeat(100)),
    ])
    const bodies = answers.map(({ status, body }) => ({ status, ...body, requestId: 'any' }))
    expect(bodies[0]).toMatchObject({ status: 401, code: 'invalid_credentials' })
    for (const body of bodies) expect(body).toEqual(bodies[0])
  })

  it('spends the time of a hash on unknown people too', async () => {
    const slow = await peopleWorld({ config: { bcryptCost: 10 } })
    await slow.person('dora')
    const time = async (login: string) => {
      const began = performance.now()
      await slow.call('POST', '/v1/auth/login', { body: { login, password: 'a wrong one' } })
      return performance.now() - began
    }
    const known: number[] = []
    const unknown: number[] = []
    for (let round = 0; round < 3; round++) {
      known.push(await time('dora'))
      unknown.push(await time('nobody'))
    }
    // Without the hash an unknown login takes a thirtieth of the time.
    expect(Math.min(...unknown)).toBeGreaterThan(Math.min(...known) / 3)
    await slow.close()
  })

  it('demands a wait after several failures, known or unknown alike', async () => {
    await world.person('gwen')
    for (const login of ['gwen', 'nobody.here']) {
      for (let n = 0; n < 6; n++) {
        expect((await logIn(login, 'a wrong password', '203.0.113.7')).status).toBe(401)
      }
      const { status, headers, body } = await logIn(login, password, '203.0.113.7')
      expect([status, body.code]).toEqual([429, 'rate_limited'])
      expect(body.retryAfterMs).toBeGreaterThan(0)
      expect(body.retryAfterMs).toBeLessThanOrEqual(1000)
      expect(headers['retry-after']).toBe('1')
    }
    expect((await logIn('gwen', password, '203.0.113.8')).status).toBe(200)
    world.clock.advance(1000)
    expect((await logIn('gwen', password, '203.0.113.7')).status).toBe(200)
  })

  it('lets a person in from where she has been before, whoever else tries her account', async () => {
    await world.person('hedy')
    for (let n = 0; n < 30; n++) await logIn('hedy', 'a wrong password', `198.51.100.${n}`)
    expect((await logIn('hedy', password, '203.0.113.9')).status).toBe(429)
    expect((await logIn('hedy', password, '192.0.2.1')).status).toBe(200)
  })

  it('delays guesses at the current password too', async () => {
    const { session } = await world.person('inge')
    const guess = (currentPassword: string) =>
      world.call('POST', '/v1/auth/password', {
        token: session.accessToken,
        body: { currentPassword, newPassword: 'notes by the translator' },
      })
    for (let n = 0; n < 6; n++) expect((await guess('a wrong password')).status).toBe(401)
    expect((await guess(password)).status).toBe(429)
    world.clock.advance(1000)
    expect((await guess(password)).status).toBe(204)
  })

  it('hashes again at the next log-in after the cost has risen', async () => {
    await world.person('edda')
    const dearer = await peopleWorld({ config: { bcryptCost: 5 }, besides: world })
    const logsIn = Array.from({ length: 4 }, () =>
      dearer.call('POST', '/v1/auth/login', { body: { login: 'edda', password } }),
    )
    expect((await Promise.all(logsIn)).map(({ status }) => status)).toEqual([200, 200, 200, 200])
    const account = await world.accounts.findByLogin(world.db, 'edda')
    expect(account?.passwordHash).toMatch(/^\$2b\$05\$/)
    expect((await logIn('edda')).status).toBe(200)
    await dearer.close()
  })

  it('stores no password, no token and no address in the open', async () => {
    const { session } = await world.person('fay')
    const rows = await world.db.query(sql`
      select row_to_json(u)::text as row from users u
      union all select row_to_json(s)::text from sessions s
      union all select row_to_json(t)::text from used_refresh_tokens t
      union all select row_to_json(a)::text from audit_log a`)
    const dump = JSON.stringify(rows)
    expect(dump).toContain('fay')
    for (const secret of [password, session.refreshToken, session.accessToken]) {
      expect(dump).not.toContain(secret)
    }
  })
})
