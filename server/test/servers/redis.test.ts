import { Redis } from 'ioredis'
import { expect, inject, onTestFinished, test } from 'vitest'
import { startRedisServer } from './redis.ts'

async function question<T>(url: string, ask: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(url, { retryStrategy: () => null, maxRetriesPerRequest: 0 })
  redis.on('error', () => {}) // the question rejects
  try {
    return await ask(redis)
  } finally {
    redis.disconnect()
  }
}

test.runIf(inject('redisUrl'))(
  'a Redis of a test’s own is killed and comes back empty under the same address',
  async () => {
    const server = await startRedisServer()
    if (server === null) throw new Error('the run has a Redis, so there is a program to start')
    onTestFinished(() => server.stop())
    expect(server.url).not.toBe(inject('redisUrl'))
    await question(server.url, (redis) => redis.set('key', 'value'))
    const { pid } = server

    await server.kill()
    await expect(question(server.url, (redis) => redis.ping())).rejects.toThrow(/.+/)
    await server.restart()
    expect(server.pid).not.toBe(pid)
    expect(await question(server.url, (redis) => redis.get('key'))).toBeNull()
    expect(await question(inject('redisUrl') ?? '', (redis) => redis.ping())).toBe('PONG')
  },
)
