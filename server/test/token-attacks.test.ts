import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { doorsWorld, operations } from './doors-world.ts'
import type { DoorsWorld } from './doors-world.ts'
import { foreignTokens } from './foreign-tokens.ts'
import { RawSocket, refusalOf } from './raw-socket.ts'

let world: DoorsWorld
let tokens: Awaited<ReturnType<typeof foreignTokens>>
beforeAll(async () => {
  world = await doorsWorld({ env: { LIMIT_SCALE: '10000' } })
  const { ada, started } = world
  const claims = { userId: ada.userId, sessionId: ada.session?.id ?? '' }
  tokens = await foreignTokens({ ...claims, databaseUrl: started.databaseUrl })
  tokens.wrong['that is the refresh token'] = ada.session?.refreshToken ?? ''
  tokens.wrong['that has run out'] = tokens.expired
})
afterAll(() => world.close())

const own = '/v1/users/me'

describe('a token that is forged, altered or made for something else (RFC 8725)', () => {
  it('is told from one that is right', async () => {
    const { body } = await world.call('GET', own, { token: tokens.right })
    expect(body).toMatchObject({ username: 'ada' })
    const socket = await RawSocket.ready(world.url, tokens.right)
    await socket.end()
  })

  // All operations are behind one door: authorisation.test.ts goes through each of them.
  it('opens nothing over HTTP', async () => {
    const tried = ['readOwnProfile', 'logOut', 'sendMessage', 'listAccounts']
    const closed = operations.filter(({ id }) => tried.includes(id))
    expect(closed).toHaveLength(tried.length)
    const before = await world.stored()
    const passed: string[] = []
    for (const [what, token] of Object.entries(tokens.wrong)) {
      const answers = await Promise.all(
        closed.map(async (operation) => {
          const { url, body } = world.validInput(operation)
          const { status, code } = await world.call(operation.method, url, {
            token,
            ...(body && { payload: body }),
          })
          return `${operation.id} ${status} ${code}`
        }),
      )
      passed.push(
        ...answers
          .filter((one) => !one.endsWith(' 401 unauthenticated'))
          .map((one) => `${what}: ${one}`),
      )
    }
    expect(passed).toEqual([])
    expect(await world.stored()).toBe(before)
  })

  it('opens no socket, and renews none', async () => {
    const codes = new Map([
      ['that has run out', 4010],
      ['that ended before it began', 4010],
      ['made in another century', 4010],
      ["with somebody else's session", 4502],
      ['with a session that is the person', 4502],
    ])
    const passed: string[] = []
    for (const [what, token] of Object.entries(tokens.wrong)) {
      const socket = await RawSocket.open(world.url)
      const { ok, code } = refusalOf(await socket.ask('hello', { token }))
      const closed = code === 'invalid_request' ? undefined : (await socket.closed).code
      await socket.end()
      const refused = code === 'invalid_request' || closed === (codes.get(what) ?? 4501)
      if (ok !== false || !refused) passed.push(`${what}: ${ok} ${code} ${closed}`)
    }
    expect(passed).toEqual([])
    const live = await RawSocket.ready(world.url, tokens.right)
    for (const [what, token] of Object.entries(tokens.wrong)) {
      const { ok } = refusalOf(await live.ask('token.renew', { token }))
      expect([what, ok]).toEqual([what, false])
    }
    expect(await live.ask('token.renew', { token: tokens.right })).toMatchObject({ ok: true })
    await live.end()
  })
})

describe('a token that is right', () => {
  it('is read from the Authorization header alone', async () => {
    const token = tokens.right
    const elsewhere: Record<string, string>[] = [
      { cookie: `token=${token}; access_token=${token}; __Host-parley-refresh=${token}` },
      { 'x-access-token': token, 'x-authorization': `Bearer ${token}` },
      { 'proxy-authorization': `Bearer ${token}` },
      { 'sec-websocket-protocol': token },
      { authorization: token },
      { authorization: `Basic ${token}` },
      { authorization: `Basic ${Buffer.from(`ada:${token}`).toString('base64')}` },
      { authorization: `Bearer  ${token}` },
      { authorization: `Bearer\t${token}` },
      { authorization: `Bearer ${token} ${token}` },
      { authorization: `Bearer "${token}"` },
      { authorization: `Bearer ${token},Bearer ${token}` },
    ]
    for (const headers of elsewhere) {
      expect([headers, (await world.call('GET', own, { headers })).status]).toEqual([headers, 401])
    }
    for (const name of ['token', 'access_token', 'authorization']) {
      expect((await world.call('GET', `${own}?${name}=${token}`)).status).toBe(401)
    }
    const payload = { access_token: token, token, displayName: 'Mallory' }
    expect((await world.call('PATCH', own, { payload })).status).toBe(401)
  })

  it('is no good in the place of a refresh token, nor of one from a mail', async () => {
    const places: [path: string, body: object][] = [
      ['/v1/auth/refresh', { refreshToken: tokens.right }],
      ['/v1/auth/register/confirm', { token: tokens.right }],
      ['/v1/auth/email-verification/confirm', { token: tokens.right }],
      [
        '/v1/auth/password-reset/confirm',
        { token: tokens.right, newPassword: 'a long enough one' },
      ],
    ]
    for (const [path, payload] of places) {
      const { status, code } = await world.call('POST', path, { payload })
      expect([path, status]).toEqual([path, expect.toSatisfy((is) => is === 400 || is === 401)])
      expect(code).toMatch(/^(invalid_token|invalid_refresh_token|invalid_request)$/)
    }
  })
})

it('a very long token costs no more than a refusal', async () => {
  const token = `eyJ${'A'.repeat(1_000_000)}.e.e`
  const response = await fetch(`${world.url}${own}`, {
    headers: { authorization: `Bearer ${token.slice(0, 12_000)}` },
  })
  expect(response.status).toBe(401)
  const huge = await fetch(`${world.url}${own}`, { headers: { authorization: `Bearer ${token}` } })
  expect(huge.status).toBe(431)
  const socket = await RawSocket.open(world.url)
  expect(refusalOf(await socket.ask('hello', { token: token.slice(0, 100_000) })).code).toBe(
    'invalid_request',
  )
  socket.say({ id: 9, type: 'hello', token })
  expect((await socket.closed).code).toBe(1009)
  expect((await world.call('GET', '/healthz')).status).toBe(200)
})
