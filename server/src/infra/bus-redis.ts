import { Cluster } from 'ioredis'
import type { Redis } from 'ioredis'
import type { Bus } from './bus.ts'
import { patienceMs } from './redis-subscriber.ts'
import type { Subscriptions } from './redis-subscriber.ts'
import { settledWithin } from './settled-within.ts'

type Receive = (message: string) => void

const prefix = 'parley:'
/** Where a node says that news of its own were lost, so that all compare what they have with PostgreSQL. */
const lossChannel = `${prefix}loss`
/** Several nodes come back at the same time: that is one return. */
const returnsApartMs = 1000

interface RedisBusDeps {
  /** Publishes; must not queue while it is disconnected, or news would arrive stale. */
  publisher: Redis | Cluster
  subscriber: Subscriptions
  onError: (error: unknown) => void
}

/** Sharded publish/subscribe of Redis or Valkey 7, or of a cluster of them: joins the nodes of an installation. */
export class RedisBus implements Bus {
  readonly #deps: RedisBusDeps
  readonly #channels = new Map<string, Set<Receive>>()
  /** Messages that the broker has not taken yet. */
  #underway = 0
  /** Something could not be published, and nobody has been told yet. */
  #hasLost = false
  readonly #returned: (() => void)[] = []
  #lastReturn: NodeJS.Timeout | undefined
  #returnsAgain = false
  #idle: () => void = () => undefined

  constructor(deps: RedisBusDeps) {
    this.#deps = deps
    deps.subscriber.onReturn(() => this.#return())
    deps.subscriber.subscribe(lossChannel).catch(deps.onError)
    deps.subscriber.onMessage((channel, message) => {
      if (channel === lossChannel) this.#return()
      for (const receive of this.#channels.get(channel) ?? []) receive(message)
    })
  }

  publish(channel: string, message: string): void {
    this.#send(prefix + channel, message)
  }

  #send(name: string, message: string): void {
    if (this.#deps.publisher.status !== 'ready') {
      this.#hasLost = true
      return
    }
    this.#underway++
    this.#publish(name, message)
      .then(
        () => this.#admitLoss(),
        (error: unknown) => {
          this.#hasLost = true
          this.#deps.onError(error)
        },
      )
      .finally(() => --this.#underway === 0 && this.#idle())
  }

  /** The first that gets through after others did not: they were lost before now. */
  #admitLoss(): void {
    if (!this.#hasLost) return
    this.#hasLost = false
    this.#send(lossChannel, '')
  }

  /** Where a slot of a cluster has moved, ioredis redirects a pipeline only if all of it failed alike; and it throws
   *  where a slot has no node. */
  async #publish(name: string, message: string): Promise<void> {
    const { publisher } = this.#deps
    try {
      await publisher.spublish(name, message)
    } catch (error) {
      if (!(publisher instanceof Cluster && String(error).includes('MOVED'))) throw error
      await new Promise<void>((resolve) => publisher.refreshSlotsCache(() => resolve()))
      await publisher.spublish(name, message)
    }
  }

  async subscribe(channel: string, receive: Receive): Promise<void> {
    const name = prefix + channel
    const known = this.#channels.get(name)
    if (known) known.add(receive)
    else this.#channels.set(name, new Set([receive]))
    const subscribed = this.#deps.subscriber.subscribe(name)
    subscribed.catch(this.#deps.onError)
    if (!this.#deps.subscriber.isAway) await settledWithin(subscribed, patienceMs)
  }

  async unsubscribe(channel: string, receive: Receive): Promise<void> {
    const name = prefix + channel
    const known = this.#channels.get(name)
    known?.delete(receive)
    if (known?.size !== 0) return
    this.#channels.delete(name)
    await this.#deps.subscriber.unsubscribe(name)
  }

  mayReachOthers(): boolean {
    return true // the broker knows, this node does not
  }

  get isUp(): boolean {
    return this.#deps.subscriber.isUp && this.#deps.publisher.status === 'ready'
  }

  onReturn(listener: () => void): void {
    this.#returned.push(listener)
  }

  #return(): void {
    if (this.#lastReturn) {
      this.#returnsAgain = true
      return
    }
    for (const listener of this.#returned) listener()
    this.#lastReturn = setTimeout(() => {
      this.#lastReturn = undefined
      if (this.#returnsAgain) this.#return()
      this.#returnsAgain = false
    }, returnsApartMs).unref()
  }

  async ping(): Promise<void> {
    const { publisher } = this.#deps
    const masters = publisher instanceof Cluster ? publisher.nodes('master') : [publisher]
    const answered = await settledWithin(
      Promise.all(masters.map((node) => node.ping())),
      patienceMs,
    )
    if (!answered || publisher.status !== 'ready') throw new Error('Redis does not answer')
  }

  /** What was published goes out first, where the broker takes it within a second. */
  async close(): Promise<void> {
    const idle = new Promise<void>((resolve) => (this.#idle = resolve))
    if (this.#underway > 0) await settledWithin(idle, patienceMs)
    clearTimeout(this.#lastReturn)
    this.#deps.subscriber.close()
    this.#deps.publisher.disconnect()
  }
}
