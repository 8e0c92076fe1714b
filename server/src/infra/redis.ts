import { Cluster, Redis } from 'ioredis'
import type { RedisOptions } from 'ioredis'
import { ClusterSubscriber } from './redis-cluster-subscriber.ts'
import { RedisSubscriber } from './redis-subscriber.ts'
import type { Subscriptions } from './redis-subscriber.ts'
import { parseRedisUrl } from './redis-url.ts'
import type { RedisTarget } from './redis-url.ts'

interface RedisConnections {
  publisher: Redis | Cluster
  subscriber: Subscriptions
  limiter: Redis | Cluster
}

/** Redis that says nothing for so long is taken for away: a paused one, or one behind a line that is cut, closes no
 *  connection. */
const silenceMs = 3000
/** A request does not wait longer for its limit: then the node counts for itself. */
const limitPatienceMs = 500

/** The connections of a node. They reconnect by themselves, for ever, and nothing waits in a queue while they are away:
 *  what is late is found in PostgreSQL (P5). */
export function connectRedis(url: string, onError: (error: Error) => void): RedisConnections {
  const target = targetOf(url)
  const report = nowAndThen(onError)
  const connections = target.kind === 'server' ? connectServer : connectCluster
  return connections(target, report)
}

type Report = (error: Error) => void

function connectServer(target: RedisTarget, report: Report): RedisConnections {
  const [node = { host: '', port: 0 }] = target.nodes
  const connect = (options: RedisOptions = {}): Redis => {
    const redis = new Redis({ ...optionsOf(target), ...node, ...options })
    redis.on('error', report)
    return redis
  }
  return {
    // What is published in one tick leaves in one write (H1).
    publisher: connect({ enableAutoPipelining: true }),
    subscriber: new RedisSubscriber(connect()),
    limiter: connect({ commandTimeout: limitPatienceMs }),
  }
}

function connectCluster(target: RedisTarget, report: Report): RedisConnections {
  const connect = (options: RedisOptions = {}): Cluster => {
    const cluster = new Cluster(target.nodes, {
      enableOfflineQueue: false,
      enableAutoPipelining: true,
      maxRedirections: 4,
      slotsRefreshInterval: 5000,
      clusterRetryStrategy: pauseAfter,
      // Then the node is forgotten, and where that was the last, the addresses are looked up anew.
      clusterNodeRetryStrategy: (attempt) => (attempt > 10 ? null : pauseAfter(attempt)),
      // A certificate is for a name.
      ...(target.tls && { dnsLookup: (name, found) => found(null, name) }),
      redisOptions: { ...optionsOf(target), ...options },
    })
    cluster.on('error', report)
    cluster.on('node error', report)
    return cluster
  }
  const publisher = connect()
  const subscriber = new ClusterSubscriber({
    cluster: publisher,
    connect: (host, port) => {
      const redis = new Redis({ ...optionsOf(target), host, port })
      redis.on('error', report)
      return new RedisSubscriber(redis)
    },
  })
  return { publisher, subscriber, limiter: connect({ commandTimeout: limitPatienceMs }) }
}

function optionsOf({ tls, username, password, db }: RedisTarget): RedisOptions {
  return {
    username,
    password,
    db,
    ...(tls && { tls: {} }),
    enableOfflineQueue: false,
    autoResubscribe: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    connectTimeout: 2000,
    socketTimeout: silenceMs,
    retryStrategy: pauseAfter,
  }
}

/** What answers at the first address of this REDIS_URL that does; rejects with why none did. */
export async function examineRedis(url: string): Promise<{ version: string; isCluster: boolean }> {
  const target = targetOf(url)
  let reason: unknown
  for (const node of target.nodes) {
    const redis = new Redis({
      ...optionsOf(target),
      ...node,
      lazyConnect: true,
      retryStrategy: null,
    })
    // connect() only says that the connection is closed; this says why.
    redis.on('error', (error) => (reason = error))
    try {
      await redis.connect()
      const info = await redis.info('server')
      const version = /^(?:valkey|redis)_version:(.*)$/m.exec(info)?.[1]?.trim()
      const isCluster = /^(?:redis|server)_mode:cluster\s*$/m.test(info)
      return { version: version ?? 'of unknown version', isCluster }
    } catch (error) {
      reason ??= error
    } finally {
      redis.disconnect()
    }
  }
  throw reason
}

function targetOf(url: string): RedisTarget {
  const target = parseRedisUrl(url)
  if (!target) throw new Error('the settings have let no such REDIS_URL pass')
  return target
}

const pauseAfter = (attempt: number): number => Math.min(100 * attempt, 2000)

/** A Redis that is away fails everything that is under way, and every attempt to reach it. */
function nowAndThen(onError: Report): Report {
  let last = -Infinity
  return (error) => {
    const now = performance.now()
    if (now - last < reportEveryMs) return
    last = now
    onError(error)
  }
}

const reportEveryMs = 15_000
