import { randomUUID } from 'node:crypto'
import { Redis } from 'ioredis'
import { afterAll, describe, expect, inject, it, onTestFinished } from 'vitest'
import { startRedisCluster } from '../../test/servers/redis-cluster.ts'
import type { RedisCluster } from '../../test/servers/redis-cluster.ts'
import { startRedisServer } from '../../test/servers/redis.ts'
import type { Clock } from './clock.ts'
import { ephemeralContract } from './ephemeral.contract.ts'
import { RedisEphemeralStore } from './ephemeral-redis.ts'
import { connectRedis } from './redis.ts'

const redisUrl = inject('redisUrl')

async function openStore(url: string, clock: Clock) {
  const { publisher, subscriber, limiter } = connectRedis(url, () => undefined)
  if (publisher.status !== 'ready') {
    await new Promise<void>((resolve) => publisher.once('ready', () => resolve()))
  }
  subscriber.close()
  limiter.disconnect()
  const store = new RedisEphemeralStore(publisher, clock)
  return { store, close: async () => publisher.disconnect() }
}

describe.skipIf(redisUrl === null)('with a Redis server', () => {
  ephemeralContract('redis', (clock) => openStore(redisUrl ?? '', clock))

  it('E2 says that leases were lost rather than that nobody is there, until all had time to renew', async () => {
    const server = await startRedisServer()
    if (!server) throw new Error('the first server could be started, this one not')
    onTestFinished(() => server.stop())
    let now = Date.now()
    const { store, close } = await openStore(server.url, { now: () => now })
    onTestFinished(close)
    const lease = { key: randomUUID(), holder: 'phone' }
    await store.hold([lease], 60_000)
    expect(await store.held([lease.key])).toEqual(new Set([lease.key]))

    const admin = new Redis(server.url)
    await admin.flushall()
    admin.disconnect()
    await expect(store.held([lease.key])).rejects.toThrow('leases are being renewed')
    await store.hold([lease], 60_000)
    now += 19_999
    await expect(store.held([lease.key])).rejects.toThrow('leases are being renewed')
    now += 1
    expect(await store.held([lease.key])).toEqual(new Set([lease.key]))
  })
})

const cluster = await startRedisCluster()

describe.skipIf(cluster === null)('with a Redis Cluster', () => {
  // The suite is skipped where there is none.
  const { url, stop } = cluster as RedisCluster
  afterAll(() => stop())
  ephemeralContract('redis cluster', (clock) => openStore(url, clock))

  it('holds keys on every node of it in one call', async () => {
    const { store, close } = await openStore(url, { now: () => Date.now() })
    onTestFinished(close)
    const keys = Array.from({ length: 60 }, () => randomUUID())
    await store.hold(
      keys.map((key) => ({ key, holder: 'phone' })),
      60_000,
    )
    expect(await store.held(keys)).toEqual(new Set(keys))
  })
})
