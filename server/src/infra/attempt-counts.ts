import { createHash } from 'node:crypto'
import type { Cluster, Redis } from 'ioredis'

/** What all nodes know of the attempts on one key. */
export interface AttemptCount {
  failures: number
  /** When the last attempt was. */
  at: number
  /** Until when whoever begins anew waits; 0 where nobody does. */
  heldUntil: number
}

/** A change of one key's count: `failed` adds, the rest is written as it is. */
export interface AttemptChange extends Partial<AttemptCount> {
  key: string
  failed?: true
}

/** Keys hold what people typed, sometimes a password in the wrong field. */
const nameOf = (key: string): string =>
  `parley:attempts:${createHash('sha256').update(key).digest('base64url')}`

/** Counts of failed attempts shared by all nodes through Redis, which may lose them: then they
 *  begin anew. */
export class AttemptCounts {
  readonly #redis: Redis | Cluster

  constructor(redis: Redis | Cluster) {
    this.#redis = redis
  }

  /** In one round trip, in the order of the keys; `undefined` for what is not known. Rejects while
   *  Redis is away. */
  async read(keys: readonly string[]): Promise<(AttemptCount | undefined)[]> {
    const all = keys.map((key) => this.#redis.hmget(nameOf(key), 'failures', 'at', 'heldUntil'))
    const found = await Promise.all(all)
    return found.map(([failures, at, heldUntil]) =>
      failures || at || heldUntil
        ? { failures: Number(failures), at: Number(at), heldUntil: Number(heldUntil) }
        : undefined,
    )
  }

  /** Keeps these counts for so long from now. What is read afterwards over the same connection sees
   *  the change, whether or not it is waited for. Never rejects: what does not arrive is not shared. */
  async write(changes: readonly AttemptChange[], keepMs: number): Promise<void> {
    await Promise.allSettled(
      changes.flatMap(({ key, failed, ...fields }) => [
        ...(failed ? [this.#redis.hincrby(nameOf(key), 'failures', 1)] : []),
        ...(Object.keys(fields).length > 0 ? [this.#redis.hset(nameOf(key), fields)] : []),
        this.#redis.pexpire(nameOf(key), keepMs),
      ]),
    )
  }
}
