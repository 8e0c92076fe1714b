import { randomUUID } from 'node:crypto'
import { describe, expect, it, vi } from 'vitest'
import type { Person } from './start-app.ts'
import { foreignTokens } from './foreign-tokens.ts'
import { awaitMail, tokenOf as tokenIn } from './mailbox.ts'
import { refusalOf } from './raw-socket.ts'
import type { RawSocket } from './raw-socket.ts'
import { socketWorld, tokenOf } from './socket-world.ts'

const door = socketWorld({ env: { LIMIT_SCALE: '20' } })

/** Says hello with this token: the code of the reply, and of the close. */
async function helloWith(token: string) {
  const socket = await door.open()
  const reply = refusalOf(await socket.ask('hello', { token }))
  return { ok: reply.ok, code: reply.code, closed: await socket.closed }
}

const refused = (code: number, reason: string) => ({
  ok: false,
  code: 'unauthenticated',
  closed: { code, reason },
})

describe('S7 hello with a token', () => {
  it('that is forged or made for something else closes 4501, one that has run out 4010', async () => {
    const { ada, started } = door.world
    const claims = { userId: ada.userId, sessionId: ada.session?.id ?? '' }
    const tokens = await foreignTokens({ ...claims, databaseUrl: started.databaseUrl })
    await door.ready(tokens.right)
    // Every other way to forge one: token-attacks.test.ts.
    const invalid = refused(4501, 'tokenInvalid')
    expect(await helloWith(tokens.wrong['signed by another key'] ?? '')).toEqual(invalid)
    expect(await helloWith(ada.session?.refreshToken ?? '')).toEqual(invalid)
    expect(await helloWith(tokens.expired)).toEqual(refused(4010, 'tokenExpired'))
  })

  it('of a session that has ended, or of a suspended person, closes 4502', async () => {
    const ended = await door.world.signIn(door.world.ada)
    await door.world.call('POST', '/v1/auth/logout', { token: ended.accessToken })
    expect(await helloWith(ended.accessToken)).toEqual(refused(4502, 'sessionEnded'))
    const sam = await door.world.started.person('sam')
    await suspend(sam)
    expect(await helloWith(tokenOf(sam))).toEqual(refused(4502, 'sessionEnded'))
  })
})

async function suspend(person: Person) {
  const token = await door.freshToken(door.world.root)
  const payload = { status: 'suspended', reason: 'a test' }
  return door.world.call('PATCH', `/v1/admin/users/${person.userId}`, { token, payload })
}

async function deleteAccount(person: Person) {
  const token = await door.freshToken(door.world.root)
  return door.world.call('DELETE', `/v1/admin/users/${person.userId}`, { token })
}

describe('S5 a token that runs out', () => {
  it('closes 4010; a newer one of the same session keeps the socket', async () => {
    const { ada, app } = door.world
    const session = await door.world.signIn(ada)
    const forgetful = await door.ready(session.accessToken)
    const careful = await door.ready(session.accessToken)
    door.clock.advance(500_000)
    const { session: next } = (
      await door.world.call('POST', '/v1/auth/refresh', {
        payload: { refreshToken: session.refreshToken },
      })
    ).body as { session: { accessToken: string } }
    const renewed = await careful.ask('token.renew', { token: next.accessToken })
    const at = new Date(String(renewed.data?.expiresAt)).getTime()
    expect(at - door.clock.now()).toBeGreaterThan(595_000)
    door.clock.advance(101_000)
    expect(await forgetful.closed).toEqual({ code: 4010, reason: 'tokenExpired' })
    expect((await careful.ask('room.sync', { room: door.world.group.id, after: 0 })).ok).toBe(true)
    expect(app.hub.connectionsOf(ada.userId).size).toBe(1)
  })

  it('is not renewed by a token of another session or person, nor by a wrong one', async () => {
    const { ada, ben, started } = door.world
    const mine = await door.world.signIn(ada)
    const other = await door.world.signIn(ada)
    const bens = await door.world.signIn(ben)
    const socket = await door.ready(mine.accessToken)
    const claims = { userId: ada.userId, sessionId: mine.id, databaseUrl: started.databaseUrl }
    const { wrong } = await foreignTokens(claims)
    const attempts: [string, string | undefined][] = [
      [other.accessToken, 'forbidden'],
      [bens.accessToken, 'forbidden'],
      [wrong['signed by another key'] ?? '', 'unauthenticated'],
      [mine.refreshToken, 'unauthenticated'],
      ['', 'invalid_request'],
      [mine.accessToken, undefined],
    ]
    for (const [token, code] of attempts) {
      expect((await socket.ask('token.renew', { token })).error?.code).toBe(code)
    }
    const ofAda = socket.frames.find(({ type }) => type === 'ready')
    expect(ofAda).toMatchObject({ user: { id: ada.userId }, sessionId: mine.id })
  })
})

describe('P6 the end of a session closes its sockets 4502 at once, by', () => {
  interface Ending {
    person: Person
    name: string
    /** The session that ends, and one that ends it. */
    token: string
    id: string
    refreshToken: string
    keeper: string
  }
  const call: typeof door.world.call = (...request) => door.world.call(...request)
  const ends: [string, (of: Ending) => Promise<{ status: number }>, 'others stay' | 'all end'][] = [
    ['a log-out', ({ token }) => call('POST', '/v1/auth/logout', { token }), 'others stay'],
    [
      'another device',
      ({ id, keeper }) => call('DELETE', `/v1/auth/sessions/${id}`, { token: keeper }),
      'others stay',
    ],
    [
      'a device that keeps only itself',
      ({ keeper }) => call('DELETE', '/v1/auth/sessions', { token: keeper }),
      'others stay',
    ],
    ['a changed password', ({ keeper, name }) => changePassword(keeper, name), 'others stay'],
    ['a copy of a refresh token', ({ refreshToken }) => presentCopy(refreshToken), 'others stay'],
    ['a password replaced by mail', ({ name }) => replacePassword(name), 'all end'],
    ['a suspension', ({ person }) => suspend(person), 'all end'],
    [
      'a deleted account',
      ({ keeper }) => call('DELETE', '/v1/users/me', { token: keeper }),
      'all end',
    ],
    ['an account deleted by an administrator', ({ person }) => deleteAccount(person), 'all end'],
  ]
  const changePassword = (token: string, name: string) => {
    const payload = { currentPassword: `${name} at parley`, newPassword: 'notes by the translator' }
    return call('POST', '/v1/auth/password', { token, payload })
  }

  /** Used three times over, the first token can only be a copy. */
  const presentCopy = async (first: string) => {
    let token = first
    for (let n = 0; n < 3; n++) {
      const { body } = await call('POST', '/v1/auth/refresh', { payload: { refreshToken: token } })
      // The answer of the operation, which its story holds against the documents.
      token = (body as { session: { refreshToken: string } }).session.refreshToken
    }
    const copy = await call('POST', '/v1/auth/refresh', { payload: { refreshToken: first } })
    expect(copy.code).toBe('invalid_refresh_token')
    return { status: 200 }
  }
  const replacePassword = async (name: string) => {
    const email = `${name}@example.org`
    await call('POST', '/v1/auth/password-reset', { payload: { email } })
    const token = tokenIn(await awaitMail(door.world.started.dataDir, email, /Choose/))
    const payload = { token, newPassword: 'notes by the translator' }
    return call('POST', '/v1/auth/password-reset/confirm', { payload })
  }

  it.each(ends)('%s', async (_, end, rest) => {
    const name = `p${randomUUID().slice(0, 8)}`
    const person = await door.world.started.person(name)
    const { accessToken: token, id, refreshToken } = await door.world.signIn(person)
    const keeper = await door.freshToken(person)
    const sockets = [await door.ready(token), await door.ready(token)]
    const other = await door.ready(keeper)
    const bystander = await door.ready(door.world.ben)

    const began = performance.now()
    expect((await end({ person, name, token, id, refreshToken, keeper })).status).toBeLessThan(300)
    for (const socket of rest === 'all end' ? [...sockets, other] : sockets) {
      expect(await socket.closed).toEqual({ code: 4502, reason: 'sessionEnded' })
    }
    expect(performance.now() - began).toBeLessThan(1000)
    if (rest === 'others stay') await expectAlive(other, keeper)
    await expectAlive(bystander, await door.freshToken(door.world.ben), 'forbidden')
  })
})

/** It answers; a token of its own session renews it. */
async function expectAlive(socket: RawSocket, token: string, code?: string): Promise<void> {
  expect((await socket.ask('token.renew', { token })).error?.code).toBe(code)
}

describe('S8 a person has at most 20 sockets', () => {
  it('the 21st closes the one heard least recently, 4504', async () => {
    const { accessToken } = await door.world.signIn(door.world.dora)
    const sockets: RawSocket[] = []
    for (let count = 0; count < 20; count++) {
      sockets.push(await door.ready(accessToken))
      door.clock.advance(10)
    }
    const [eldest, second] = sockets
    await eldest?.ask('token.renew', { token: accessToken })
    const newest = await door.ready(accessToken)
    expect(await second?.closed).toEqual({ code: 4504, reason: 'replaced' })
    expect(door.world.app.hub.connectionsOf(door.world.dora.userId).size).toBe(20)
    for (const socket of [eldest, newest]) if (socket) await expectAlive(socket, accessToken)
  })
})

describe('S6 a reader that does not read', () => {
  it('is cut with 4008, while others get everything', async () => {
    const { ada, ben, group } = door.world
    const slow = await door.ready(ben)
    const fast = await door.ready(ada)
    slow.ws.pause()
    const slowOnes = () => door.world.app.hub.connectionsOf(ben.userId).size
    expect(slowOnes()).toBe(1)
    // The kernel holds megabytes before the server notices.
    const text = '\u{1F600}'.repeat(8000)
    let sent = 0
    while (slowOnes() > 0 && sent < 2000) {
      const batch = Array.from({ length: 8 }, () =>
        fast.ask('message.send', { room: group.id, clientId: randomUUID(), text }),
      )
      sent += (await Promise.all(batch)).filter(({ ok }) => ok).length
      door.clock.advance(1000)
    }
    expect(slowOnes()).toBe(0)
    slow.ws.resume()
    expect(await slow.closed).toEqual({ code: 4008, reason: 'slow' })
    const heard = () => fast.frames.filter(({ type }) => type === 'message.created').length
    await vi.waitFor(() => expect(heard()).toBe(sent))
  })
})
