import type { Redis } from 'ioredis'
import type { Bus } from './bus.ts'

type Receive = (message: string) => void

const prefix = 'parley:'
const patienceMs = 1000

interface RedisBusDeps {
  /** Publishes; must not queue while it is disconnected, or news would arrive stale. */
  publisher: Redis
  /** Only subscribes; restores its subscriptions by itself after a reconnect. */
  subscriber: Redis
  onError: (error: unknown) => void
}

/** Sharded publish/subscribe of Redis or Valkey 7: joins the nodes of an installation. */
export class RedisBus implements Bus {
  readonly #deps: RedisBusDeps
  readonly #channels = new Map<string, Set<Receive>>()

  constructor(deps: RedisBusDeps) {
    this.#deps = deps
    deps.subscriber.on('smessage', (channel: string, message: string) => {
      for (const receive of this.#channels.get(channel) ?? []) receive(message)
    })
  }

  publish(channel: string, message: string): void {
    const { publisher, onError } = this.#deps
    publisher.spublish(prefix + channel, message).catch(onError)
  }

  async subscribe(channel: string, receive: Receive): Promise<void> {
    const name = prefix + channel
    const known = this.#channels.get(name)
    if (known) known.add(receive)
    else this.#channels.set(name, new Set([receive]))
    const subscribed = this.#deps.subscriber.ssubscribe(name)
    subscribed.catch(this.#deps.onError)
    await settledWithin(subscribed, patienceMs)
  }

  async unsubscribe(channel: string, receive: Receive): Promise<void> {
    const name = prefix + channel
    const known = this.#channels.get(name)
    known?.delete(receive)
    if (known?.size !== 0) return
    this.#channels.delete(name)
    await this.#deps.subscriber.sunsubscribe(name)
  }

  mayReachOthers(): boolean {
    return true // the broker knows, this node does not
  }

  get isUp(): boolean {
    return this.#deps.subscriber.status === 'ready' && this.#deps.publisher.status === 'ready'
  }

  onReturn(listener: () => void): void {
    let seenBefore = this.#deps.subscriber.status === 'ready'
    this.#deps.subscriber.on('ready', () => {
      // Its subscriptions are asked for again right after this event, in order before a ping.
      if (seenBefore) void this.#deps.subscriber.ping().then(listener, this.#deps.onError)
      seenBefore = true
    })
  }

  async ping(): Promise<void> {
    const answered = await settledWithin(this.#deps.publisher.ping(), patienceMs)
    if (!answered) throw new Error('Redis does not answer')
  }

  async close(): Promise<void> {
    this.#deps.subscriber.disconnect()
    this.#deps.publisher.disconnect()
    await Promise.resolve()
  }
}

/** False where it has neither resolved nor rejected in this time. */
async function settledWithin(work: Promise<unknown>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const timeout = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), ms)
  })
  try {
    return await Promise.race([work.then(() => true), timeout])
  } finally {
    clearTimeout(timer)
  }
}
