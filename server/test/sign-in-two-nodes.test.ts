import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest'
import { startRedisServer } from './servers/redis.ts'
import type { RedisServer } from './servers/redis.ts'
import { startApp } from './start-app.ts'
import type { Started } from './start-app.ts'

// Whole nodes start, on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000 })

async function signIn(on: Started, login: string, password: string): Promise<number> {
  const answer = await fetch(`${on.url}/v1/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ login, password }),
  })
  return answer.status
}

describe.skipIf(inject('redisUrl') === null)('guessing passwords on two nodes with Redis', () => {
  let redis: RedisServer
  let first: Started
  let second: Started

  beforeAll(async () => {
    const started = await startRedisServer()
    if (!started) throw new Error('the first server could be started, this one not')
    redis = started
    const env = { REDIS_URL: redis.url, LIMIT_SCALE: '1' }
    first = await startApp({ env })
    second = await startApp({ env, databaseUrl: first.databaseUrl })
  })
  afterAll(async () => {
    await second.close()
    await first.close()
    await redis.stop()
  })

  /** The statuses of wrong guesses, each on the other node. */
  async function guess(times: number, login: string): Promise<number[]> {
    const statuses = []
    for (let n = 0; n < times; n++) {
      statuses.push(await signIn(n % 2 ? second : first, login, 'not the password'))
    }
    return statuses
  }

  it.each(['ada', 'nobody.at.all'])('meets one delay for both nodes (%s)', async (login) => {
    if (login === 'ada') await first.person(login)
    expect(await guess(6, login)).toEqual([401, 401, 401, 401, 401, 401])
    expect(await signIn(first, login, 'ada at parley')).toBe(429)
    expect(await signIn(second, login, 'ada at parley')).toBe(429)
  })

  it('a right password on one node forgives what was wrong on the other', async () => {
    await first.person('ben')
    await guess(5, 'ben')
    expect(await signIn(second, 'ben', 'ben at parley')).toBe(200)
    expect(await guess(5, 'ben')).toEqual([401, 401, 401, 401, 401])
  })

  it('each node counts for itself while Redis is away, and people come in', async () => {
    await first.person('cleo')
    await redis.kill()
    expect(await signIn(second, 'cleo', 'cleo at parley')).toBe(200)
    for (let n = 0; n < 6; n++) expect(await signIn(first, 'cleo', 'wrong')).toBe(401)
    expect(await signIn(first, 'cleo', 'cleo at parley')).toBe(429)
    expect(await signIn(second, 'cleo', 'cleo at parley')).toBe(200)
    await redis.restart()
  })
})
