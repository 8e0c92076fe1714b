import type { Redis } from 'ioredis'
import type { Clock } from './clock.ts'
import type { EphemeralStore, Lease } from './ephemeral.ts'

const nameOf = (key: string): string => `parley:lease:${key}`

/** The leases of all nodes: a sorted set a key, each holder with the time its lease ends. Each
 *  call is one pipeline. */
export class RedisEphemeralStore implements EphemeralStore {
  readonly #redis: Redis
  readonly #clock: Clock

  constructor(redis: Redis, clock: Clock) {
    this.#redis = redis
    this.#clock = clock
  }

  async hold(leases: readonly Lease[], forMs: number): Promise<void> {
    const until = this.#clock.now() + forMs
    const pipeline = this.#redis.pipeline()
    for (const { key, holder } of leases) {
      pipeline.zadd(nameOf(key), until, holder)
      pipeline.pexpire(nameOf(key), forMs)
    }
    await answersOf(pipeline.exec())
  }

  async release(leases: readonly Lease[]): Promise<void> {
    const pipeline = this.#redis.pipeline()
    for (const { key, holder } of leases) pipeline.zrem(nameOf(key), holder)
    await answersOf(pipeline.exec())
  }

  async held(keys: readonly string[]): Promise<Set<string>> {
    const now = this.#clock.now()
    const pipeline = this.#redis.pipeline()
    for (const key of keys) pipeline.zcount(nameOf(key), `(${now}`, '+inf')
    const counts = await answersOf(pipeline.exec())
    return new Set(keys.filter((_, at) => Number(counts[at]) > 0))
  }
}

/** A pipeline resolves even where its commands failed. */
async function answersOf(
  execution: Promise<[error: Error | null, result: unknown][] | null>,
): Promise<unknown[]> {
  return ((await execution) ?? []).map(([error, result]) => {
    if (error) throw error
    return result
  })
}
