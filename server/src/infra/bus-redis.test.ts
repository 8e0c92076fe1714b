import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest'
import { startRedisServer } from '../../test/servers/redis.ts'
import { busContract } from './bus.contract.ts'
import { RedisBus } from './bus-redis.ts'
import { connectRedis } from './redis.ts'

const redisUrl = inject('redisUrl')

function redisBus(url: string): RedisBus {
  const onError = () => undefined
  return new RedisBus({ ...connectRedis(url, onError), onError })
}

describe.skipIf(redisUrl === null)('with a Redis server', () => {
  busContract('redis', async () => {
    const [left, right] = [redisBus(redisUrl ?? ''), redisBus(redisUrl ?? '')]
    return {
      left,
      right,
      close: async () => {
        await Promise.all([left.close(), right.close()])
      },
    }
  })

  describe('whose server dies', () => {
    let server: Awaited<ReturnType<typeof startRedisServer>>
    beforeAll(async () => {
      server = await startRedisServer()
    })
    afterAll(() => server?.stop())

    it('P5 publishing never throws, subscribing waits a second at most, all is well afterwards', async () => {
      if (!server) throw new Error('the first server could be started, this one not')
      const [left, right] = [redisBus(server.url), redisBus(server.url)]
      const heard: string[] = []
      const receive = (message: string) => heard.push(message)
      await right.subscribe('room:1', receive)
      let returns = 0
      right.onReturn(() => returns++)
      await server.kill()
      await vi.waitFor(() => expect(left.isUp || right.isUp).toBe(false))
      left.publish('room:1', 'lost')
      const asked = performance.now()
      await right.subscribe('room:2', receive)
      expect(performance.now() - asked).toBeLessThan(2000)
      await expect(left.ping()).rejects.toThrow()
      await server.restart()
      await vi.waitFor(() => expect(returns).toBe(1), { timeout: 10_000 })
      await vi.waitFor(() => expect(left.isUp).toBe(true), { timeout: 10_000 })
      left.publish('room:1', 'kept')
      left.publish('room:2', 'new')
      await vi.waitFor(() => expect(heard.toSorted()).toEqual(['kept', 'new']))
      await Promise.all([left.close(), right.close()])
    })
  })
})
