import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { peopleWorld } from '../../test/people-world.ts'
import type { PeopleWorld } from '../../test/people-world.ts'

const path = '/v1/auth/browser-session'
const host = 'chat.example.org'
const ours = `https://${host}`

describe('the session of a browser', () => {
  let world: PeopleWorld
  beforeAll(async () => {
    world = await peopleWorld()
  })
  afterAll(() => world.close())

  const cookieOf = ({ headers }: Awaited<ReturnType<PeopleWorld['call']>>) =>
    String(headers['set-cookie'] ?? '')
  const pairOf = (setCookie: string) => setCookie.split(';', 1)[0] ?? ''
  const adopt = (refreshToken: string, origin = ours) =>
    world.call('POST', path, { body: { refreshToken }, headers: from(origin) })
  const refresh = (cookie: string, origin = ours) =>
    world.call('POST', `${path}/refresh`, { headers: { ...from(origin), cookie } })
  const end = (cookie: string, origin = ours) =>
    world.call('DELETE', path, { headers: { ...from(origin), cookie } })
  const from = (origin: string | undefined): Record<string, string> =>
    origin === undefined ? { host } : { host, origin }
  const me = async (token: string) => (await world.call('GET', '/v1/users/me', { token })).status

  it('has its refresh token in a cookie of this host that no script can read', async () => {
    const { session } = await world.person('ada')
    const kept = await adopt(session.refreshToken)
    expect(kept.status).toBe(200)
    expect(kept.body.session).toEqual({
      id: session.id,
      accessToken: expect.any(String),
      expiresIn: 600,
    })
    expect(cookieOf(kept)).toMatch(
      /^__Host-parley=[\w-]{43}; Max-Age=2592000; Path=\/; Secure; HttpOnly; SameSite=Strict$/,
    )
    expect(kept.headers['cache-control']).toBe('no-store')
    expect(cookieOf(kept)).not.toContain(session.refreshToken)
    expect(await me(kept.body.session.accessToken)).toBe(200)
  })

  it('goes on by the cookie, also for two tabs at once, and ends where an old one is presented', async () => {
    const { session } = await world.person('tabs')
    const first = pairOf(cookieOf(await adopt(session.refreshToken)))
    const [one, two] = await Promise.all([refresh(`theme=dark; ${first}`), refresh(first)])
    expect([one.status, two.status]).toEqual([200, 200])
    const second = pairOf(cookieOf(one))
    expect(pairOf(cookieOf(two))).toBe(second)
    const third = await refresh(second)
    world.clock.advance(11_000)
    expect(await refresh(first)).toMatchObject({ status: 401 })
    expect(await me(third.body.session.accessToken)).toBe(401)
  })

  it('is for pages of ours only: no other origin, none at all, nor a sandboxed frame', async () => {
    const { session } = await world.person('forged')
    const cookie = pairOf(cookieOf(await adopt(session.refreshToken)))
    const origins = ['https://evil.example', 'null', `${ours}.evil.example`, `${ours}:81`]
    for (const origin of [...origins, undefined]) {
      const asked = [
        await world.call('POST', `${path}/refresh`, { headers: { ...from(origin), cookie } }),
        await world.call('DELETE', path, { headers: { ...from(origin), cookie } }),
        await world.call('POST', path, {
          headers: from(origin),
          body: { refreshToken: session.refreshToken },
        }),
      ]
      for (const { status, body, headers } of asked) {
        expect([origin, status, body.code]).toEqual([origin, 403, 'foreign_origin'])
        expect(headers).not.toHaveProperty('set-cookie')
      }
    }
    expect((await refresh(cookie, 'https://app.example.org')).status).toBe(200)
  })

  it('ends by its cookie, without an access token, and the cookie goes', async () => {
    const { session } = await world.person('leaver')
    const kept = await adopt(session.refreshToken)
    const cookie = pairOf(cookieOf(kept))
    const ended = await end(cookie)
    expect(ended.status).toBe(204)
    expect(cookieOf(ended)).toMatch(/^__Host-parley=; Max-Age=0; Path=\/; Secure;/)
    expect(await me(kept.body.session.accessToken)).toBe(401)
    expect((await refresh(cookie)).status).toBe(401)
    expect((await end(cookie)).status).toBe(204)
    expect((await end('')).status).toBe(204)
  })

  it('is not there without a cookie, which is no fault of a visitor', async () => {
    for (const cookie of ['', 'parley=x']) {
      const answer = await refresh(cookie)
      expect(answer).toMatchObject({ status: 204, headers: { 'cache-control': 'no-store' } })
      expect(answer.headers).not.toHaveProperty('set-cookie')
    }
    expect(await refresh('', 'https://evil.example')).toMatchObject({ status: 403 })
  })

  it('is refused with a cookie that was invented', async () => {
    for (const cookie of ['__Host-parley=', `__Host-parley=${'x'.repeat(43)}`]) {
      expect(await refresh(cookie)).toMatchObject({
        status: 401,
        body: { code: 'invalid_refresh_token' },
      })
    }
  })
})

describe('how long sessions live', () => {
  it('is for the operator to say: however used, and while unused', async () => {
    const world = await peopleWorld({ config: { sessionDays: 3, sessionIdleDays: 1 } })
    const day = 86_400_000
    const refresh = async (refreshToken: string) =>
      world.call('POST', '/v1/auth/refresh', { body: { refreshToken } })
    const { session } = await world.person('used')
    const idle = await world.person('idle')
    let token = session.refreshToken
    for (let n = 0; n < 3; n++) {
      world.clock.advance(day - 60_000)
      const { status, body } = await refresh(token)
      expect(status).toBe(200)
      token = body.session.refreshToken
    }
    world.clock.advance(4 * 60_000)
    expect((await refresh(token)).status).toBe(401)
    expect((await refresh(idle.session.refreshToken)).status).toBe(401)
    await world.close()
  })
})
