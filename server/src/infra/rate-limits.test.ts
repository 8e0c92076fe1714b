import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, inject, it, vi } from 'vitest'
import { startRedisCluster } from '../../test/servers/redis-cluster.ts'
import { startRedisServer } from '../../test/servers/redis.ts'
import type { RedisServer } from '../../test/servers/redis.ts'
import { RateLimits } from './rate-limits.ts'
import { connectRedis } from './redis.ts'

/** 3 requests a minute. */
const scale = 3 / 300
const opened: { disconnect: () => void }[] = []

afterEach(() => {
  for (const limiter of opened.splice(0)) limiter.disconnect()
})

/** As on a node of its own, once it is connected. */
async function limitsOn(url: string): Promise<RateLimits> {
  const { publisher, subscriber, limiter } = connectRedis(url, () => undefined)
  publisher.disconnect()
  subscriber.close()
  opened.push(limiter)
  await vi.waitFor(() => expect(limiter.status).toBe('ready'), { timeout: 10_000 })
  return new RateLimits(scale, limiter)
}

async function sharedOver(url: string): Promise<void> {
  const [left, right] = [await limitsOn(url), await limitsOn(url)]
  // Keys that lie on different nodes of a cluster.
  for (const key of Array.from({ length: 12 }, () => randomUUID())) {
    expect((await left.take('auth', key)).remaining).toBe(2)
    expect((await right.take('auth', key)).remaining).toBe(1)
    expect((await left.take('auth', key)).refused).toBeUndefined()
    expect((await right.take('auth', key)).refused).toMatchObject({ code: 'rate_limited' })
  }
}

describe.skipIf(inject('redisUrl') === null)('with a Redis server', () => {
  let server: RedisServer
  beforeAll(async () => {
    const started = await startRedisServer()
    if (!started) throw new Error('the first server could be started, this one not')
    server = started
  })
  afterAll(() => server?.stop())

  it('limits count for all nodes', () => sharedOver(server.url))

  it('a node counts for itself while Redis is away, and soon while it hangs', async () => {
    const limits = await limitsOn(server.url)
    const key = randomUUID()
    process.kill(server.pid, 'SIGSTOP')
    try {
      const asked = performance.now()
      for (const remaining of [2, 1, 0]) {
        expect((await limits.take('auth', key)).remaining).toBe(remaining)
      }
      expect((await limits.take('auth', key)).refused).toMatchObject({ code: 'rate_limited' })
      expect(performance.now() - asked).toBeLessThan(4000)
    } finally {
      process.kill(server.pid, 'SIGCONT')
    }
    await server.kill()
    expect((await limits.take('auth', key)).refused).toMatchObject({ code: 'rate_limited' })
    await server.restart()
  })
})

const cluster = await startRedisCluster()
afterAll(() => cluster?.stop())

describe.skipIf(cluster === null)('with a Redis Cluster', () => {
  it('limits count for all nodes', () => sharedOver(cluster?.url ?? ''))
})
