import type { Cluster, Redis } from 'ioredis'
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible'
import type { RateLimiterAbstract } from 'rate-limiter-flexible'
import type { LimitName } from '../contract/endpoint.ts'
import { AppError } from '../contract/error-codes.ts'

/** Requests a window. Chat sends have a bucket of their own besides (S8). */
const quotas: Record<LimitName, { points: number; seconds: number }> = {
  default: { points: 1200, seconds: 60 },
  auth: { points: 300, seconds: 60 },
  mail: { points: 30, seconds: 600 },
  send: { points: 1200, seconds: 60 },
  search: { points: 300, seconds: 60 },
  upload: { points: 30, seconds: 600 },
  // By address: behind one there may be an office that opens its first page.
  files: { points: 12_000, seconds: 60 },
}

export interface LimitState {
  quota: number
  windowSeconds: number
  remaining: number
  resetSeconds: number
  /** What to throw where the limit is passed. */
  refused: AppError | undefined
}

/** Request limits shared by all nodes through Redis; without it, or while it is away, each node
 *  counts for itself. */
export class RateLimits {
  readonly #limiters = new Map<LimitName, RateLimiterAbstract>()

  constructor(scale: number, redis: Redis | Cluster | undefined) {
    for (const [name, { points, seconds }] of Object.entries(quotas)) {
      const options = {
        keyPrefix: `parley:limit:${name}`,
        points: points * scale,
        duration: seconds,
      }
      const memory = new RateLimiterMemory(options)
      // Object.entries widens the key.
      this.#limiters.set(
        name as LimitName,
        redis
          ? new RateLimiterRedis({ ...options, storeClient: redis, insuranceLimiter: memory })
          : memory,
      )
    }
  }

  /** Takes one point of `key`'s window. */
  async take(name: LimitName, key: string): Promise<LimitState> {
    const limiter = this.#limiters.get(name)
    if (!limiter) throw new Error(`no rate limit is called ${name}`)
    const result = await limiter.consume(key).catch((refusal: unknown) => {
      if (refusal instanceof RateLimiterRes) return refusal
      throw refusal
    })
    const refused = result.consumedPoints > limiter.points
    return {
      quota: limiter.points,
      windowSeconds: limiter.duration,
      remaining: Math.max(0, result.remainingPoints),
      resetSeconds: Math.ceil(result.msBeforeNext / 1000),
      refused: refused
        ? new AppError('rate_limited', { retryAfterMs: result.msBeforeNext })
        : undefined,
    }
  }
}
