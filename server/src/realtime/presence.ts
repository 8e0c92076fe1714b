import type { FastifyBaseLogger } from 'fastify'
import type { Bus } from '../infra/bus.ts'
import type { Clock } from '../infra/clock.ts'
import type { EphemeralStore } from '../infra/ephemeral.ts'
import type { Connection } from './connection.ts'
import { presence } from './frames.ts'
import { textPacket } from './wire.ts'

interface PresenceDeps {
  bus: Bus
  store: EphemeralStore
  clock: Clock
  logger: FastifyBaseLogger
}

/** E2, in milliseconds. */
const leaseMs = 60_000
const renewMs = 20_000
const readMs = 10_000

const channelOf = (userId: string): string => `presence:${userId}`

interface Watched {
  online: boolean
  watchers: Set<Connection>
  receive: (message: string) => void
}

/** Who is here: a lease a connection, read only for the people somebody looks at (E2). */
export class Presence {
  readonly #deps: PresenceDeps
  readonly #present = new Set<Connection>()
  readonly #watched = new Map<string, Watched>()
  readonly #watching = new Map<Connection, readonly string[]>()
  #timers: NodeJS.Timeout[] = []
  /** Until then nobody goes offline: the store was lost and its leases are being renewed. */
  #graceUntil = 0

  constructor(deps: PresenceDeps) {
    this.#deps = deps
  }

  start(): void {
    const every = (ms: number, work: () => Promise<void>): void => {
      this.#timers.push(setInterval(() => this.#inBackground(work()), ms).unref())
    }
    every(renewMs, () => this.renew())
    every(readMs, () => this.read())
    this.#deps.bus.onReturn(() => {
      this.#graceUntil = this.#deps.clock.now() + renewMs
      this.#inBackground(this.renew())
    })
  }

  close(): void {
    for (const timer of this.#timers) clearInterval(timer)
    this.#timers = []
  }

  /** A connection that became ready: its person is online. */
  enter(connection: Connection): void {
    this.#present.add(connection)
    const { userId } = connection
    const held = this.#deps.store.hold([leaseOf(connection)], leaseMs)
    this.#inBackground(held.then(() => this.#tell(userId, true)))
  }

  /** A connection that ended: its person is offline where it was the last one anywhere. */
  leave(connection: Connection): void {
    this.#unwatch(connection)
    if (!this.#present.delete(connection)) return
    this.#inBackground(this.#release(connection))
  }

  async #release(connection: Connection): Promise<void> {
    const { store } = this.#deps
    const lease = leaseOf(connection)
    await store.release([lease])
    if (!(await store.held([lease.key])).has(lease.key)) this.#tell(lease.key, false)
  }

  /** From now on this connection hears of exactly these people; answers who of them is online. */
  async watch(connection: Connection, userIds: readonly string[]): Promise<string[]> {
    this.#unwatch(connection)
    this.#watching.set(connection, userIds)
    await Promise.all(userIds.map((userId) => this.#addWatcher(userId, connection)))
    const online = await this.#heldOrKnown(userIds)
    for (const userId of userIds) this.#change(userId, online.has(userId), connection)
    return userIds.filter((userId) => online.has(userId))
  }

  async #addWatcher(userId: string, connection: Connection): Promise<void> {
    const known = this.#watched.get(userId)
    if (known) {
      known.watchers.add(connection)
      return
    }
    const receive = (message: string): void => this.#change(userId, message === 'online')
    this.#watched.set(userId, { online: false, watchers: new Set([connection]), receive })
    await this.#deps.bus.subscribe(channelOf(userId), receive)
  }

  #unwatch(connection: Connection): void {
    for (const userId of this.#watching.get(connection) ?? []) {
      const known = this.#watched.get(userId)
      if (!known?.watchers.delete(connection) || known.watchers.size > 0) continue
      this.#watched.delete(userId)
      this.#inBackground(this.#deps.bus.unsubscribe(channelOf(userId), known.receive))
    }
    this.#watching.delete(connection)
  }

  /** Renews the leases of this node's connections. */
  async renew(): Promise<void> {
    await this.#deps.store.hold([...this.#present].map(leaseOf), leaseMs)
  }

  /** Reads the leases of everyone who is watched here: what the bus did not tell. */
  async read(): Promise<void> {
    const userIds = [...this.#watched.keys()]
    const online = await this.#deps.store.held(userIds)
    for (const userId of userIds) this.#change(userId, online.has(userId))
  }

  /** While the store is away, people are as they were last known. */
  async #heldOrKnown(userIds: readonly string[]): Promise<Set<string>> {
    try {
      return await this.#deps.store.held(userIds)
    } catch (err) {
      this.#deps.logger.warn({ err }, 'unable to read presence')
      return new Set(userIds.filter((userId) => this.#watched.get(userId)?.online))
    }
  }

  #tell(userId: string, online: boolean): void {
    this.#change(userId, online)
    this.#deps.bus.publish(channelOf(userId), online ? 'online' : 'offline')
  }

  /** Tells everyone who watches, except who is being answered right now. */
  #change(userId: string, online: boolean, answered?: Connection): void {
    const known = this.#watched.get(userId)
    if (!known || known.online === online) return
    if (!online && this.#deps.clock.now() < this.#graceUntil) return
    known.online = online
    const packet = textPacket(JSON.stringify({ type: presence.type, userId, online }), true)
    for (const watcher of known.watchers) if (watcher !== answered) watcher.deliver(packet)
  }

  #inBackground(work: Promise<void>): void {
    work.catch((err: unknown) => this.#deps.logger.warn({ err }, 'unable to keep presence'))
  }
}

function leaseOf({ id, userId }: Connection) {
  return { key: userId, holder: id }
}
