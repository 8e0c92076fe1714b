import { SignJWT, UnsecuredJWT, exportJWK, generateKeyPair } from 'jose'
import type { JWTPayload } from 'jose'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { MovableClock } from '../../test/movable-clock.ts'
import { peopleWorld } from '../../test/people-world.ts'
import type { PeopleWorld } from '../../test/people-world.ts'
import { startIssuer } from '../../test/servers/issuer.ts'
import type { Issuer } from '../../test/servers/issuer.ts'

let world: PeopleWorld
let issuer: Issuer
beforeAll(async () => {
  issuer = await startIssuer(() => world.clock.now())
  const config = { registration: 'closed' as const, ...issuer.settings }
  world = await peopleWorld({ config })
})
afterAll(async () => {
  await world.close()
  await issuer.close()
})

let people = 0
const someone = () => `someone-${++people}`
const me = async (token: string) => world.call('GET', '/v1/users/me', { token })
const soon = () => world.clock.advance(2000)

describe('a token of the trusted issuer', () => {
  it('makes an account of whoever brings the first one, where nobody can register', async () => {
    const claims = { preferred_username: 'ada@app.example', name: 'Ada Lovelace' }
    const email = { email: 'ada@example.org', email_verified: true }
    const { body } = await me(await issuer.token('ada', { ...claims, ...email }))
    expect(body).toMatchObject({ username: 'ada', displayName: 'Ada Lovelace' })
    expect(body).toMatchObject({ email: 'ada@example.org', emailVerified: true })
    const again = await me(await issuer.token('ada', { jti: 'another' }))
    expect(again.body.id).toBe(body.id)
  })

  it('leaves an address alone that somebody has here', async () => {
    const first = await me(await issuer.token(someone(), { email: 'both@example.org' }))
    const verified = { email: 'both@example.org', email_verified: true }
    const second = await me(await issuer.token(someone(), verified))
    expect(first.body).toMatchObject({ email: 'both@example.org', emailVerified: false })
    expect(second.body).toMatchObject({ email: null })
  })

  it('takes a new display name over, and one changed here only when it changes there', async () => {
    const subject = someone()
    const first = await issuer.token(subject, { name: 'Eve' })
    const { id } = (await me(first)).body
    const change = { token: first, body: { displayName: 'Evie' } }
    await world.call('PATCH', '/v1/users/me', change)
    const same = await me(await issuer.token(subject, { name: 'Eve', jti: '2' }))
    expect(same.body.displayName).toBe('Evie')
    const renamed = await me(await issuer.token(subject, { name: 'Eva', jti: '3' }))
    expect(renamed.body.displayName).toBe('Eva')
    expect(world.announcer.toldTo(id).at(-1)).toMatchObject({
      type: 'user.updated',
      data: { displayName: 'Eva' },
    })
  })

  it('makes one account, however many of its requests are the first', async () => {
    const subject = someone()
    await world.openConnections()
    const tokens = await Promise.all(
      Array.from({ length: 100 }, (_, n) =>
        issuer.token(subject, { jti: `${n}`, sid: `${n % 5}` }),
      ),
    )
    const answers = await Promise.all(tokens.map(me))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1)
    const sessions = await world.call('GET', '/v1/auth/sessions', { token: tokens[0] ?? '' })
    expect(sessions.body.items).toHaveLength(5)
  })

  it('costs no question to the database once it is known', async () => {
    const token = await issuer.token(someone())
    await me(token)
    const { rows } = await countQueries(() => world.auth.authenticator.authenticate(token))
    expect(rows).toBe(0)
  })

  /** How many statements the work sends. */
  async function countQueries(work: () => Promise<unknown>) {
    const { db } = world
    const query = db.query.bind(db)
    const transaction = db.transaction.bind(db)
    let rows = 0
    db.query = (...given) => (rows++, query(...given))
    db.transaction = (...given) => (rows++, transaction(...given))
    await work().finally(() => Object.assign(db, { query, transaction }))
    return { rows }
  }
})

describe('what is no such token is refused', () => {
  const now = () => Math.floor(world.clock.now() / 1000)
  const claims = (more: JWTPayload = {}) => issuer.claimsOf('mallory', more)

  const wrong: Record<string, () => Promise<string>> = {
    'for another audience': () => issuer.token('mallory', { aud: 'another' }),
    'for no audience': () => issuer.token('mallory', { aud: undefined }),
    'of nobody': () => issuer.token('mallory', { sub: undefined }),
    'of somebody without end': () => issuer.token('x'.repeat(256)),
    'with a NUL in its subject': () => issuer.token('mal\0lory'),
    'without an end': () => issuer.token('mallory', { exp: undefined }),
    'without a beginning': () => issuer.token('mallory', { iat: undefined }),
    'that lasts for two days': () => issuer.token('mallory', { exp: now() + 172_800 }),
    'of tomorrow': () => issuer.token('mallory', { iat: now() + 86_000, exp: now() + 86_400 }),
    'good from tomorrow': () => issuer.token('mallory', { nbf: now() + 86_400 }),
    'that is over': () => issuer.token('mallory', { iat: now() - 700, exp: now() - 100 }),
    'with a session that is no text': () => issuer.token('mallory', { sid: 7 }),
    'made for a logout': () => issuer.token('mallory', {}, { typ: 'logout+jwt' }),
    'with an extension nobody knows': async () => {
      const header = { alg: 'ES256', kid: issuer.kid, crit: ['x'], x: 1 }
      const jwt = new SignJWT(claims()).setProtectedHeader(header)
      return jwt.sign(issuer.signingKey, { crit: { x: true } })
    },
    'of an unknown key': () => issuer.token('mallory', {}, { kid: 'unknown' }),
    'signed by nobody': async () => new UnsecuredJWT(claims()).encode(),
    'signed by another key': async () => {
      const { privateKey } = await generateKeyPair('ES256')
      const header = { alg: 'ES256', kid: issuer.kid }
      return new SignJWT(claims()).setProtectedHeader(header).sign(privateKey)
    },
    'signed by a key it brings along': async () => {
      const { privateKey, publicKey } = await generateKeyPair('ES256')
      const header = { alg: 'ES256', jwk: await exportJWK(publicKey) }
      return new SignJWT(claims()).setProtectedHeader(header).sign(privateKey)
    },
    'signed with the public key as a secret': async () => {
      const header = { alg: 'HS256', kid: issuer.kid }
      const secret = Buffer.from(JSON.stringify(issuer.shown[0]))
      return new SignJWT(claims()).setProtectedHeader(header).sign(secret)
    },
    'by an algorithm that is not listed': async () => {
      const { privateKey } = await generateKeyPair('EdDSA')
      return new SignJWT(claims()).setProtectedHeader({ alg: 'EdDSA' }).sign(privateKey)
    },
    'with another body under the signature': async () => {
      const [head, , signature] = (await issuer.token('mallory')).split('.')
      const body = Buffer.from(JSON.stringify(claims({ sub: 'ada' }))).toString('base64url')
      return [head, body, signature].join('.')
    },
    'too long': () => issuer.token('mallory', { more: 'x'.repeat(5000) }),
  }

  it.each(Object.keys(wrong))('%s', async (what) => {
    const token = (await wrong[what]?.()) ?? ''
    const { status, body } = await me(token)
    expect([status, body.code]).toEqual([401, 'unauthenticated'])
    expect(JSON.stringify(body)).not.toContain('mallory')
  })

  it('and the answer says why, to whoever makes the tokens', async () => {
    const { body } = await me(await issuer.token('mallory', { aud: 'another' }))
    expect(body.detail).toContain('unexpected "aud" claim value')
  })

  it('typ may say JWT or at+jwt, or nothing', async () => {
    for (const typ of ['JWT', 'at+jwt', 'application/at+jwt', undefined]) {
      expect((await me(await issuer.token('tim', {}, { typ }))).status).toBe(200)
    }
  })

  it('nobody is made by any of them', async () => {
    expect(await world.accounts.findByLogin(world.db, 'mallory')).toBeUndefined()
  })
})

describe('its session', () => {
  const sessionsOf = async (token: string) =>
    (await world.call('GET', '/v1/auth/sessions', { token })).body.items as { id: string }[]

  it('is one for each `sid`, listed, and the same for the tokens that follow', async () => {
    const subject = someone()
    const first = await issuer.token(subject, { sid: 'phone' })
    await me(first)
    await me(await issuer.token(subject, { sid: 'laptop' }))
    expect(await sessionsOf(first)).toMatchObject([
      { deviceName: '127.0.0.1', current: false },
      { deviceName: '127.0.0.1', current: true },
    ])
    soon()
    const next = await issuer.token(subject, { sid: 'phone' })
    const { sessionId } = await world.auth.authenticator.authenticate(next)
    expect(sessionId).toBe((await world.auth.authenticator.authenticate(first)).sessionId)
  })

  it('ends at once with its tokens, also those not seen yet; a later one begins another', async () => {
    const subject = someone()
    const token = await issuer.token(subject)
    const unseen = await issuer.token(subject, { jti: 'unseen', sid: 'unseen' })
    const { body } = await me(token)
    const [session] = await sessionsOf(token)
    soon()
    expect((await world.call('POST', '/v1/auth/logout', { token })).status).toBe(204)
    expect(world.announcer.ended).toContainEqual({ userId: body.id, sessionIds: [session?.id] })
    for (const old of [token, unseen]) expect((await me(old)).status).toBe(401)
    soon()
    expect((await me(await issuer.token(subject))).body.id).toBe(body.id)
  })

  it('ends with a suspension, and with the account, for tokens from before', async () => {
    const subject = someone()
    const token = await issuer.token(subject)
    const { id } = (await me(token)).body
    const root = { username: 'root', email: null, password: 'notes on the engine' }
    const { id: admin } = await world.auth.service.createUser({ ...root, role: 'admin' })
    await world.administration.changeUser(admin, id, { status: 'suspended' })
    soon()
    const during = await issuer.token(subject)
    for (const one of [token, during]) expect((await me(one)).status).toBe(401)
    await world.administration.changeUser(admin, id, { status: 'active' })
    expect((await me(token)).status).toBe(401)
    soon()
    const later = await issuer.token(subject)
    expect((await me(later)).body.id).toBe(id)
    const unseen = await issuer.token(subject, { jti: 'from before' })
    expect((await world.call('DELETE', '/v1/users/me', { token: later })).status).toBe(204)
    for (const one of [later, unseen]) expect((await me(one)).status).toBe(401)
    soon()
    const anew = await me(await issuer.token(subject))
    expect(anew.status).toBe(200)
    expect(anew.body.id).not.toBe(id)
  })

  it('ends with the token', async () => {
    const token = await issuer.token(someone(), { exp: Math.floor(world.clock.now() / 1000) + 60 })
    expect((await me(token)).status).toBe(200)
    world.clock.advance(61_000)
    expect((await me(token)).status).toBe(401)
  })

  it('opens what any session does, but no further way to sign in', async () => {
    const verified = { email: 'mine@example.org', email_verified: true }
    const token = await issuer.token(someone(), verified)
    const answerOf = async (path: string, body: object) => {
      const { status, body: said } = await world.call('POST', path, { token, body })
      return `${status} ${said?.code ?? ''}`
    }
    const scopes = ['rooms:read']
    const refused = '403 insufficient_scope'
    expect(await answerOf('/v1/auth/tokens', { name: 'x', scopes })).toBe(refused)
    expect(await answerOf('/v1/auth/passkeys/options', {})).toBe(refused)
    expect(await answerOf('/v1/auth/identities', { provider: 'x' })).toBe(refused)
    expect(await answerOf('/v1/auth/two-factor', {})).toBe(refused)
    const body = { email: 'mine@example.org' }
    expect((await world.call('POST', '/v1/auth/password-reset', { body })).status).toBe(202)
    // Mails leave in the order in which they were asked for.
    const other = { username: 'other', email: 'other@example.org', role: 'user' } as const
    await world.auth.service.createUser({ ...other, password: 'notes on the engine' })
    const next = { body: { email: 'other@example.org' } }
    await world.call('POST', '/v1/auth/password-reset', next)
    await vi.waitFor(() => expect(world.mails).toMatchObject([{ to: 'other@example.org' }]))
    expect(world.mails.filter(({ to }) => to === 'mine@example.org')).toEqual([])
  })
})

describe('the keys of the issuer', () => {
  it('are read when they are needed, and again for a new one, not for every stranger', async () => {
    const clock = new MovableClock()
    const own = await startIssuer(() => clock.now())
    const { trustedJwksUrl: _, ...found } = own.settings
    const one = await peopleWorld({ config: found, besides: { url: world.url, clock } })
    const ask = async (token: string) => (await one.call('GET', '/v1/users/me', { token })).status
    expect(own.asked).toBe(0)
    expect(await ask(await own.token('kim'))).toBe(200)
    expect(own.asked).toBe(2) // what it says of itself, and the keys
    for (const kid of ['x', 'y', 'z']) await ask(await own.token('kim', {}, { kid }))
    expect(own.asked).toBe(2)
    await own.rotate('two')
    clock.advance(30_000)
    expect(await ask(await own.token('kim'))).toBe(200)
    expect(own.asked).toBe(4)
    own.isDown = true
    clock.advance(700_000)
    expect(await ask(await own.token('kim'))).toBe(200)
    clock.advance(3_600_000)
    expect(await ask(await own.token('kim'))).toBe(503)
    own.isDown = false
    clock.advance(2000)
    expect(await ask(await own.token('kim'))).toBe(200)
    await one.close()
    await own.close()
  })

  it('that cannot be read are no fault of the token: 503, asked for once for many', async () => {
    const own = await startIssuer(() => world.clock.now())
    own.isDown = true
    const one = await peopleWorld({ config: own.settings, besides: world })
    const tokens = await Promise.all(['a', 'b', 'c'].map((subject) => own.token(subject)))
    const answers = await Promise.all(
      tokens.map((token) => one.call('GET', '/v1/users/me', { token })),
    )
    for (const { status, body, headers } of answers) {
      expect([status, body.code, headers['retry-after']]).toEqual([503, 'unavailable', '2'])
    }
    expect(own.asked).toBe(1)
    await one.close()
    await own.close()
  })
})
