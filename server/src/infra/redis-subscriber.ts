import { ReplyError } from 'ioredis'
import type { Redis } from 'ioredis'

/** Channels of sharded publish/subscribe that stay subscribed, whatever becomes of connections. */
export interface Subscriptions {
  /** Resolves when the broker has confirmed; where it is away, once it is back. Rejects where it refuses. */
  subscribe(channel: string): Promise<void>
  unsubscribe(channel: string): Promise<void>
  onMessage(receive: (channel: string, message: string) => void): void
  /** The listener hears when every channel is subscribed again after news may have been lost. */
  onReturn(listener: () => void): void
  /** Whether every channel is listened to right now. */
  readonly isUp: boolean
  /** Down for so long that nobody should wait for a channel: everything is compared with PostgreSQL meanwhile. */
  readonly isAway: boolean
  close(): void
}

/** Makes a silent connection speak, or be closed for its silence. */
const pingMs = 1000
/** Who subscribes waits no longer, and may have missed something after that. */
export const patienceMs = 1000

/** The subscriptions on one server, over one connection. */
export class RedisSubscriber implements Subscriptions {
  readonly #redis: Redis
  readonly #channels = new Set<string>()
  readonly #up: ((wasAway: boolean) => void)[] = []
  readonly #pings: NodeJS.Timeout
  /** By performance.now(): when its connection was lost, at first when it was made. */
  #downSince = performance.now()
  #wasConnected = false
  #isRestored = false
  #restoration = deferred()

  constructor(redis: Redis) {
    this.#redis = redis
    redis.on('ready', () => void this.#restore())
    redis.on('close', () => this.#lose())
    this.#pings = setInterval(() => {
      if (redis.status === 'ready') redis.ping().catch(() => undefined)
    }, pingMs).unref()
  }

  get isUp(): boolean {
    return this.#isRestored && this.#redis.status === 'ready'
  }

  get isAway(): boolean {
    return !this.isUp && performance.now() - this.#downSince > patienceMs
  }

  async subscribe(channel: string): Promise<void> {
    this.#channels.add(channel)
    if (this.#redis.status !== 'ready') return this.#restoration.promise
    try {
      await this.#redis.ssubscribe(channel)
    } catch (error) {
      if (error instanceof ReplyError) {
        this.#channels.delete(channel)
        throw error
      }
      // The connection is at its end, told or not: the next one asks for all of them.
      if (this.#redis.status === 'ready') {
        await new Promise((resolve) => this.#redis.once('close', resolve))
      }
      return this.#restoration.promise
    }
  }

  async unsubscribe(channel: string): Promise<void> {
    this.#channels.delete(channel)
    if (this.#redis.status !== 'ready') return
    // Where the connection ends meanwhile, so does the subscription.
    await this.#redis.sunsubscribe(channel).catch(() => undefined)
  }

  onMessage(receive: (channel: string, message: string) => void): void {
    this.#redis.on('smessage', receive)
  }

  onReturn(listener: () => void): void {
    this.#up.push((wasAway) => wasAway && listener())
  }

  /** The listener hears at each time that everything is subscribed, and whether news may have been lost. */
  onUp(listener: (wasAway: boolean) => void): void {
    this.#up.push(listener)
  }

  /** The listener hears that channels may belong elsewhere now (Redis Cluster). */
  onDoubt(listener: () => void): void {
    this.#redis.on('moved', listener)
    this.#redis.on('close', listener)
  }

  close(): void {
    clearInterval(this.#pings)
    this.#redis.disconnect()
  }

  #lose(): void {
    if (!this.#isRestored) return
    this.#isRestored = false
    this.#wasConnected = true
    this.#downSince = performance.now()
    this.#restoration = deferred()
  }

  async #restore(): Promise<void> {
    const asked = [...this.#channels].map((channel) => this.#redis.ssubscribe(channel))
    await Promise.allSettled(asked)
    if (this.#redis.status !== 'ready') return
    this.#isRestored = true
    this.#restoration.resolve()
    const wasAway = this.#wasConnected || performance.now() - this.#downSince > patienceMs
    for (const listener of this.#up) listener(wasAway)
  }
}

function deferred() {
  let resolve: () => void = () => undefined
  const promise = new Promise<void>((settle) => (resolve = settle))
  return { promise, resolve }
}
