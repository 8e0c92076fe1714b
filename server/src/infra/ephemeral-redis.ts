import { randomUUID } from 'node:crypto'
import type { Cluster, Redis } from 'ioredis'
import type { Clock } from './clock.ts'
import type { EphemeralStore, Lease } from './ephemeral.ts'

const nameOf = (key: string): string => `parley:lease:${key}`

/** A lease is renewed three times in its life. */
const renewals = 3

/** The leases of all nodes: a sorted set a key, each holder with the time its lease ends. The commands of a call leave
 *  together, by the connection's automatic pipelines: in a cluster no pipeline may cross nodes. */
export class RedisEphemeralStore implements EphemeralStore {
  readonly #redis: Redis | Cluster
  readonly #clock: Clock
  /** Lives as long as a lease of this node: where it is missing, so are the leases. */
  readonly #witness = `parley:witness:${randomUUID()}`
  /** Until then, by performance.now(), it can only be missing because it was lost. */
  #witnessUntil = 0
  #lostUntil = 0
  #renewMs = 0

  constructor(redis: Redis | Cluster, clock: Clock) {
    this.#redis = redis
    this.#clock = clock
  }

  async hold(leases: readonly Lease[], forMs: number): Promise<void> {
    if (leases.length === 0) return
    const redis = this.#redis
    const until = this.#clock.now() + forMs
    await Promise.all([
      this.#lookForWitness(), // before it is written anew: they leave in this order
      redis.set(this.#witness, '', 'PX', forMs),
      ...leases.flatMap(({ key, holder }) => [
        redis.zadd(nameOf(key), until, holder),
        redis.pexpire(nameOf(key), forMs),
      ]),
    ])
    this.#witnessUntil = performance.now() + forMs / 2
    this.#renewMs = forMs / renewals
  }

  async release(leases: readonly Lease[]): Promise<void> {
    await Promise.all(leases.map(({ key, holder }) => this.#redis.zrem(nameOf(key), holder)))
  }

  async claim(name: string, forMs: number): Promise<boolean> {
    return (await this.#redis.set(`parley:claim:${name}`, '', 'PX', forMs, 'NX')) !== null
  }

  /** Rejects where the leases were lost, until everyone has had the time to renew theirs (E2). */
  async held(keys: readonly string[]): Promise<Set<string>> {
    if (keys.length === 0) return new Set()
    const now = this.#clock.now()
    const [, ...counts] = await Promise.all([
      this.#lookForWitness(),
      ...keys.map((key) => this.#redis.zcount(nameOf(key), `(${now}`, '+inf')),
    ])
    if (now < this.#lostUntil) throw new Error('Redis was emptied; leases are being renewed')
    return new Set(keys.filter((_, at) => Number(counts[at]) > 0))
  }

  async #lookForWitness(): Promise<void> {
    if (performance.now() > this.#witnessUntil) return
    if ((await this.#redis.exists(this.#witness)) > 0) return
    this.#lostUntil = this.#clock.now() + this.#renewMs
    this.#witnessUntil = 0 // not lost anew at each look
  }
}
