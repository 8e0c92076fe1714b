import { Redis } from 'ioredis'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { startRedisServer } from '../../test/servers/redis.ts'
import { AttemptCounts } from '../infra/attempt-counts.ts'
import { LoginDelays } from './login-delays.ts'

const minute = 60_000

const server = await startRedisServer()
const redis = server && new Redis(server.url)
afterAll(async () => {
  redis?.disconnect()
  await server?.stop()
})

describe.each([
  ['in memory', undefined],
  ...(redis ? [['with Redis', redis] as const] : []),
] as const)('login delays %s', (_, redis) => {
  let now: number
  let delays: LoginDelays
  let knownAt: Set<string>
  beforeEach(async () => {
    await redis?.flushall()
    now = Date.now()
    delays = delaysOf(1)
    knownAt = new Set()
  })

  function delaysOf(scale: number): LoginDelays {
    const shared = redis && new AttemptCounts(redis)
    return new LoginDelays({ clock: { now: () => now }, scale, shared })
  }
  /** 'ok', 'wrong', or the milliseconds to wait. */
  async function attempt(account: string, address: string, right = false) {
    const isKnownHere = async () => knownAt.has(`${account} ${address}`)
    try {
      const ok = await delays.guard({ account, address, isKnownHere }, async () => right)
      return ok ? 'ok' : 'wrong'
    } catch (error) {
      return (error as { retryAfterMs: number }).retryAfterMs
    }
  }
  async function fail(times: number, account: string, address: string) {
    for (let n = 0; n < times; n++) await attempt(account, address)
  }
  /** Fails as often as is allowed without a wait. */
  async function trouble(account: string) {
    for (let n = 0; n < 30; n++) await attempt(account, `198.51.100.${n}`)
  }

  it('forgives five failures, then demands a wait that doubles', async () => {
    await fail(5, 'ann', '192.0.2.1')
    expect(await attempt('ann', '192.0.2.1')).toBe('wrong')
    for (const wait of [1000, 2000, 4000, 8000]) {
      expect(await attempt('ann', '192.0.2.1')).toBe(wait)
      now += wait
      expect(await attempt('ann', '192.0.2.1')).toBe('wrong')
    }
  })

  it('demands five minutes at most', async () => {
    for (let n = 0; n < 20; n++) {
      await attempt('ann', '192.0.2.1')
      now += 5 * minute
    }
    await attempt('ann', '192.0.2.1')
    expect(await attempt('ann', '192.0.2.1')).toBe(5 * minute)
  })

  it('does not look at the password while a wait is due', async () => {
    await fail(6, 'ann', '192.0.2.1')
    expect(await attempt('ann', '192.0.2.1', true)).toBe(1000)
    now += 1000
    expect(await attempt('ann', '192.0.2.1', true)).toBe('ok')
  })

  it('starts again after a success, and after an hour of quiet', async () => {
    await fail(5, 'ann', '192.0.2.1')
    await attempt('ann', '192.0.2.1', true)
    await fail(5, 'ann', '192.0.2.1')
    expect(await attempt('ann', '192.0.2.1')).toBe('wrong')
    expect(await attempt('ann', '192.0.2.1')).toBe(1000)
    now += 60 * minute
    await fail(5, 'ann', '192.0.2.1')
    expect(await attempt('ann', '192.0.2.1')).toBe('wrong')
  })

  it('lets the devices of one person in side by side', async () => {
    await fail(5, 'ann', '192.0.2.1')
    const all = Array.from({ length: 20 }, () => attempt('ann', '192.0.2.1', true))
    expect(new Set(await Promise.all(all))).toEqual(new Set(['ok']))
  })

  it('ends a volley of guesses made side by side', async () => {
    knownAt.add('ann 192.0.2.1')
    const all = await Promise.all(Array.from({ length: 50 }, () => attempt('ann', '192.0.2.1')))
    const made = all.filter((answer) => answer === 'wrong').length
    // Over Redis some may have failed before the others are answered what is known: these wait.
    expect(made).toBeGreaterThanOrEqual(redis ? 6 : 26)
    expect(made).toBeLessThanOrEqual(26)
    for (let n = 0; n < 10; n++) {
      now += 5 * minute
      expect(await attempt('ann', '192.0.2.1')).toBe('wrong')
    }
    now += 4 * minute
    expect(await attempt('ann', '192.0.2.1')).toBe(minute)
    now += minute
    const next = await Promise.all(Array.from({ length: 50 }, () => attempt('ann', '192.0.2.1')))
    expect(next.filter((answer) => answer === 'wrong')).toHaveLength(1)
  })

  it('takes every address of one IPv6 /64 for one', async () => {
    for (let n = 0; n < 6; n++) await attempt('ann', `2001:db8:1:2::${n}`)
    expect(await attempt('ann', '2001:db8:1:2:ffff::1')).toBe(1000)
    expect(await attempt('ann', '2001:db8:1:3::1')).toBe('wrong')
  })

  it('delays strangers to an account that is tried from everywhere', async () => {
    await trouble('ann')
    const wait = await attempt('ann', '203.0.113.1')
    expect(wait).toBeGreaterThan(0)
    expect(await attempt('bea', '203.0.113.1')).toBe('wrong')
  })

  it('lets the person in from where she has signed in before, however much others try', async () => {
    knownAt.add('ann 192.0.2.1')
    await trouble('ann')
    expect(await attempt('ann', '192.0.2.1', true)).toBe('ok')
  })

  it('lets her in from a new place after a wait of her own, which no one can take from her', async () => {
    await trouble('ann')
    const wait = Number(await attempt('ann', '203.0.113.1', true))
    now += wait - 1
    await attempt('ann', '203.0.113.2')
    await trouble('ann')
    expect(await attempt('ann', '203.0.113.1', true)).toBe(1)
    now += 1
    expect(await attempt('ann', '203.0.113.1', true)).toBe('ok')
  })

  it('demands no more than a quarter of an hour from strangers', async () => {
    for (let round = 0; round < 12; round++) {
      await trouble('ann')
      now += 15 * minute
    }
    expect(await attempt('ann', '203.0.113.1')).toBe(15 * minute)
  })

  it('delays an address that tries many accounts, but not those who are at home there', async () => {
    knownAt.add('ann 192.0.2.1')
    for (let n = 0; n < 102; n++) await attempt(`person${n}`, '192.0.2.1')
    expect(await attempt('bea', '192.0.2.1')).toBeGreaterThan(0)
    expect(await attempt('ann', '192.0.2.1', true)).toBe('ok')
    now += minute
    expect(await attempt('bea', '192.0.2.1')).toBe('wrong')
  })

  it('still counts the failures of a known pair', async () => {
    knownAt.add('ann 192.0.2.1')
    await trouble('ann')
    await fail(6, 'ann', '192.0.2.1')
    expect(await attempt('ann', '192.0.2.1')).toBe(1000)
  })

  it('takes an error for no failure', async () => {
    const attempt = { account: 'ann', address: '192.0.2.1', isKnownHere: async () => false }
    for (let n = 0; n < 20; n++) {
      const failing = delays.guard(attempt, () => Promise.reject(new Error('overloaded')))
      await expect(failing).rejects.toThrow('overloaded')
    }
    expect(await delays.guard(attempt, async () => false)).toBe(false)
  })

  it('LIMIT_SCALE multiplies what is forgiven', async () => {
    delays = delaysOf(10)
    await fail(50, 'ann', '192.0.2.1')
    expect(await attempt('ann', '192.0.2.1')).toBe('wrong')
    expect(await attempt('ann', '192.0.2.1')).toBe(1000)
  })
})
