import { Redis } from 'ioredis'

interface RedisConnections {
  publisher: Redis
  subscriber: Redis
  limiter: Redis
}

/** The three connections of a node. They reconnect by themselves, for ever; only the subscriber
 *  may queue while it is away, since what it asks for is still wanted later. */
export function connectRedis(url: string, onError: (error: Error) => void): RedisConnections {
  const connect = (enableOfflineQueue: boolean): Redis => {
    const redis = new Redis(url, {
      enableOfflineQueue,
      // What is published in one tick leaves in one write (H1).
      enableAutoPipelining: !enableOfflineQueue,
      connectTimeout: 2000,
      maxRetriesPerRequest: enableOfflineQueue ? null : 1,
      retryStrategy: (attempt) => Math.min(100 * attempt, 2000),
    })
    redis.on('error', onError)
    return redis
  }
  return { publisher: connect(false), subscriber: connect(true), limiter: connect(false) }
}
