import { Command } from 'ioredis'
import type { Cluster } from 'ioredis'
import { patienceMs } from './redis-subscriber.ts'
import type { RedisSubscriber, Subscriptions } from './redis-subscriber.ts'

interface ClusterSubscriberDeps {
  /** Knows which node has which slot; what it learns is followed. */
  cluster: Cluster
  connect: (host: string, port: number) => RedisSubscriber
}

interface Channel {
  readonly slot: number
  /** Where it is subscribed; undefined while its slot has no node, or that node refused it. */
  node: string | undefined
  /** Called once it is subscribed. */
  waiting: (() => void)[]
}

const slotCount = 16_384

/** The subscriptions on a Redis Cluster: a sharded channel lives on the one master that has its slot, so there is a
 *  connection to each, and a channel follows its slot. */
export class ClusterSubscriber implements Subscriptions {
  readonly #deps: ClusterSubscriberDeps
  readonly #nodes = new Map<string, RedisSubscriber>()
  readonly #channels = new Map<string, Channel>()
  readonly #receivers: ((channel: string, message: string) => void)[] = []
  readonly #returned: (() => void)[] = []
  /** The node of each slot, as of the last arrangement. */
  #owners: (string | undefined)[] = []
  #isWhole = false
  /** News may have been lost, and nobody has been told yet. */
  #owesReturn = false
  #closed = false
  readonly #startedAt = performance.now()

  constructor(deps: ClusterSubscriberDeps) {
    this.#deps = deps
    deps.cluster.on('refresh', () => this.#arrange())
  }

  get isUp(): boolean {
    return this.#isWhole && [...this.#nodes.values()].every((node) => node.isUp)
  }

  get isAway(): boolean {
    if (this.#nodes.size === 0) return performance.now() - this.#startedAt > patienceMs
    return [...this.#nodes.values()].some((node) => node.isAway)
  }

  async subscribe(name: string): Promise<void> {
    const channel = this.#channels.get(name) ?? { slot: slotOf(name), node: undefined, waiting: [] }
    this.#channels.set(name, channel)
    const subscribed = new Promise<void>((resolve) => channel.waiting.push(resolve))
    void this.#place(name, channel)
    await subscribed
  }

  async unsubscribe(name: string): Promise<void> {
    const channel = this.#channels.get(name)
    this.#channels.delete(name)
    for (const done of channel?.waiting ?? []) done()
    await this.#nodes.get(channel?.node ?? '')?.unsubscribe(name)
  }

  onMessage(receive: (channel: string, message: string) => void): void {
    this.#receivers.push(receive)
  }

  onReturn(listener: () => void): void {
    this.#returned.push(listener)
  }

  close(): void {
    this.#closed = true
    for (const node of this.#nodes.values()) node.close()
  }

  /** Subscribes it at the node of its slot. One that refuses has lost the slot: the next look tells to whom. */
  async #place(name: string, channel: Channel): Promise<void> {
    channel.node = this.#owners[channel.slot]
    const node = this.#nodes.get(channel.node ?? '')
    try {
      await node?.subscribe(name)
      if (node) for (const done of channel.waiting.splice(0)) done()
    } catch {
      channel.node = undefined
      this.#lookAgain()
    }
  }

  #lookAgain(): void {
    const { cluster } = this.#deps
    if (!this.#closed && cluster.status === 'ready') cluster.refreshSlotsCache()
  }

  /** After each look at the cluster: every channel to the node that has its slot now. */
  #arrange(): void {
    if (this.#closed) return
    const { slots } = this.#deps.cluster
    const owners = Array.from({ length: slotCount }, (_, slot) => slots[slot]?.[0])
    const isNew = owners.some((owner, slot) => owner !== this.#owners[slot])
    this.#owners = owners
    this.#isWhole = !owners.includes(undefined)
    if (isNew) this.#connectTo(new Set(owners))
    const moves = [...this.#channels].filter(([, { slot, node }]) => node !== owners[slot])
    if (moves.length > 0) void this.#move(moves)
  }

  async #move(moves: readonly [string, Channel][]): Promise<void> {
    const placed = moves.map(([name, channel]) => {
      if (channel.node !== undefined) this.#owesReturn = true
      void this.#nodes.get(channel.node ?? '')?.unsubscribe(name)
      return this.#place(name, channel)
    })
    await Promise.all(placed)
    this.#return()
  }

  #connectTo(owners: ReadonlySet<string | undefined>): void {
    for (const [name, node] of this.#nodes) {
      if (owners.has(name)) continue
      this.#nodes.delete(name)
      node.close()
    }
    for (const name of owners) {
      if (name !== undefined && !this.#nodes.has(name)) this.#nodes.set(name, this.#connect(name))
    }
  }

  #connect(name: string): RedisSubscriber {
    const end = name.lastIndexOf(':')
    const node = this.#deps.connect(name.slice(0, end), Number(name.slice(end + 1)))
    for (const receive of this.#receivers) node.onMessage(receive)
    node.onUp((wasAway) => {
      this.#owesReturn ||= wasAway
      this.#return()
    })
    node.onDoubt(() => this.#lookAgain())
    return node
  }

  /** While one node is away the bus is: then positions are compared all the time anyway. */
  #return(): void {
    if (!this.#owesReturn || !this.isUp) return
    this.#owesReturn = false
    for (const listener of this.#returned) listener()
  }
}

function slotOf(channel: string): number {
  return new Command('spublish', [channel]).getSlot()
}
