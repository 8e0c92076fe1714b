import Fastify from 'fastify'
import { expect, test } from 'vitest'
import type { LimitName } from '../../contract/endpoint.ts'
import { RateLimits } from '../../infra/rate-limits.ts'
import { addressKey, rateLimit } from './rate-limit.ts'
import { recovery } from './recovery.ts'

/** Three points of `auth`, twelve of `default`, a minute. */
const scale = 0.01

function limitedServer() {
  const server = Fastify()
  const answered: string[] = []
  recovery()(server)
  server.decorateRequest('caller')
  server.addHook('onRequest', async (request) => {
    const userId = request.headers['x-user']
    if (typeof userId !== 'string') return
    request.caller = { userId, sessionId: 'any', role: 'user', expiresAt: 0 }
  })
  rateLimit(new RateLimits(scale, undefined))(server)
  const route = (path: string, limit?: LimitName) =>
    server.get(path, { config: { limit } }, async ({ url }) => {
      answered.push(url)
      return {}
    })
  route('/auth', 'auth')
  route('/default', 'default')
  route('/unlimited')
  const get = (path: string, remoteAddress: string, user?: string) =>
    server.inject({ path, remoteAddress, headers: user === undefined ? {} : { 'x-user': user } })
  const statuses = async (times: number, ...request: Parameters<typeof get>) => {
    const answers = []
    for (let time = 0; time < times; time++) answers.push((await get(...request)).statusCode)
    return answers
  }
  return { get, statuses, answered }
}

test('an answer says the limit and what is left of it', async () => {
  const { get } = limitedServer()
  const first = await get('/auth', '192.0.2.1')
  expect(first.headers).toMatchObject({
    'ratelimit-policy': '"auth";q=3;w=60',
    ratelimit: '"auth";r=2;t=60',
  })
  expect((await get('/auth', '192.0.2.1')).headers.ratelimit).toMatch(/^"auth";r=1;t=(60|59)$/)
})

test('past the limit nothing is done, and the answer says how long to wait', async () => {
  const { get, statuses, answered } = limitedServer()
  expect(await statuses(3, '/auth', '192.0.2.1')).toEqual([200, 200, 200])
  const refused = await get('/auth', '192.0.2.1')
  expect(refused.statusCode).toBe(429)
  expect(refused.headers.ratelimit).toMatch(/^"auth";r=0;t=\d+$/)
  const { code, retryAfterMs } = refused.json()
  expect(code).toBe('rate_limited')
  expect(retryAfterMs).toBeGreaterThan(50_000)
  expect(Number(refused.headers['retry-after'])).toBe(Math.ceil(retryAfterMs / 1000))
  expect(answered).toHaveLength(3)
})

test('each limit is counted by itself, and a route without one not at all', async () => {
  const { get, statuses } = limitedServer()
  await statuses(4, '/auth', '192.0.2.1')
  expect((await get('/default', '192.0.2.1')).headers.ratelimit).toMatch(/^"default";r=11;/)
  const answers = await statuses(20, '/unlimited', '192.0.2.1')
  expect(new Set(answers)).toEqual(new Set([200]))
})

test('a signed-in person is counted wherever she calls from; others at her address are not', async () => {
  const { statuses } = limitedServer()
  await statuses(3, '/auth', '192.0.2.1', 'ada')
  expect(await statuses(1, '/auth', '198.51.100.9', 'ada')).toEqual([429])
  expect(await statuses(1, '/auth', '192.0.2.1', 'ben')).toEqual([200])
  expect(await statuses(1, '/auth', '192.0.2.1')).toEqual([200])
})

test('whoever is not signed in is counted by address, a whole IPv6 /64 as one', async () => {
  const { statuses } = limitedServer()
  await statuses(3, '/auth', '2001:db8:1:2::1')
  expect(await statuses(1, '/auth', '2001:db8:1:2:ffff:ffff:ffff:ffff')).toEqual([429])
  expect(await statuses(1, '/auth', '2001:db8:1:3::1')).toEqual([200])
  expect(await statuses(1, '/auth', '192.0.2.2')).toEqual([200])
})

test('a /64 has one key however its addresses are written', () => {
  const same = [
    '2001:db8:0:7::1',
    '2001:DB8::7:1:2:3:4',
    '2001:0db8:0000:0007:9::',
    '2001:db8:0:7::',
  ]
  expect(new Set(same.map(addressKey)).size).toBe(1)
  const others = ['2001:db8:0:8::1', '::1', '::', 'fe80::1%eth0', '192.0.2.1', '192.0.2.2']
  expect(new Set([...others, '2001:db8:0:7::1'].map(addressKey)).size).toBe(6)
  // A dual-stack socket names IPv4 clients so.
  expect(addressKey('::ffff:192.0.2.1')).toBe('192.0.2.1')
})
