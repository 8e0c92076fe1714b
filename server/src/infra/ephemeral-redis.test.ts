import { Redis } from 'ioredis'
import { describe, inject } from 'vitest'
import { ephemeralContract } from './ephemeral.contract.ts'
import { RedisEphemeralStore } from './ephemeral-redis.ts'

const redisUrl = inject('redisUrl')

describe.skipIf(redisUrl === null)('with a Redis server', () => {
  ephemeralContract('redis', async (clock) => {
    const redis = new Redis(redisUrl ?? '')
    return {
      store: new RedisEphemeralStore(redis, clock),
      close: async () => redis.disconnect(),
    }
  })
})
