import type { FastifyBaseLogger } from 'fastify'
import type { Bus } from '../infra/bus.ts'
import type { Clock } from '../infra/clock.ts'
import type { EphemeralStore, Lease } from '../infra/ephemeral.ts'
import { Gather } from '../infra/gather.ts'
import type { Connection } from './connection.ts'
import { PresenceWatch } from './presence-watch.ts'

interface PresenceDeps {
  bus: Bus
  store: EphemeralStore
  clock: Clock
  logger: FastifyBaseLogger
  /** Whose presence this person may see (E4). */
  visibleTo: (userId: string, others: readonly string[]) => Promise<string[]>
}

/** E2, in milliseconds. */
const leaseMs = 60_000
const renewMs = 20_000
const readMs = 10_000
/** Leases of one command to the store. */
const leasesAtOnce = 500

/** Who is here: a lease a connection, read only for the people somebody looks at (E2). */
export class Presence {
  readonly #deps: PresenceDeps
  readonly #watch: PresenceWatch
  readonly #present = new Set<Connection>()
  #timers: NodeJS.Timeout[] = []
  /** Until then nobody goes offline: the store was lost and its leases are being renewed. */
  #graceUntil = 0
  // Thousands come and go at once when a node ends.
  readonly #coming = new Gather<Connection, undefined>({
    size: leasesAtOnce,
    run: (connections) => this.#hold(connections),
  })
  readonly #going = new Gather<Lease, { isHeld: boolean }>({
    size: leasesAtOnce,
    run: (leases) => this.#release(leases),
  })

  constructor(deps: PresenceDeps) {
    this.#deps = deps
    const mayGo = (): boolean => deps.clock.now() >= this.#graceUntil
    this.#watch = new PresenceWatch({ ...deps, mayGo, onError: this.#failed })
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
    this.#inBackground(this.#coming.ask(connection))
  }

  async #hold(connections: readonly Connection[]): Promise<undefined[]> {
    // Who went meanwhile has been released already.
    const here = connections.filter((connection) => this.#present.has(connection))
    await this.#deps.store.hold(here.map(leaseOf), leaseMs)
    for (const connection of here) {
      if (this.#present.has(connection)) this.#watch.tell(connection.userId, true)
    }
    return connections.map(() => undefined)
  }

  /** A connection that ended: its person is offline where it was the last one anywhere. */
  leave(connection: Connection): void {
    this.#watch.remove(connection)
    if (!this.#present.delete(connection)) return
    const lease = leaseOf(connection)
    const left = this.#going.ask(lease).then(({ isHeld }) => {
      if (!isHeld) this.#watch.tell(lease.key, false)
    })
    this.#inBackground(left)
  }

  async #release(leases: readonly Lease[]): Promise<{ isHeld: boolean }[]> {
    const { store } = this.#deps
    await store.release(leases)
    const held = await store.held([...new Set(leases.map(({ key }) => key))])
    return leases.map(({ key }) => ({ isHeld: held.has(key) }))
  }

  /** From now on this connection hears of exactly these people; answers who of them is online. */
  async watch(connection: Connection, userIds: readonly string[]): Promise<string[]> {
    const visible = await this.#watch.set(connection, userIds)
    const online = await this.#heldOrKnown(visible)
    for (const userId of visible) this.#watch.change(userId, online.has(userId), connection)
    return visible.filter((userId) => online.has(userId))
  }

  /** Two people are blocked from each other now, or no longer (E4). */
  blocksChanged(userId: string, otherId: string): void {
    this.#watch.blocksChanged(userId, otherId)
  }

  /** Renews the leases of this node's connections. */
  async renew(): Promise<void> {
    await this.#deps.store.hold([...this.#present].map(leaseOf), leaseMs)
  }

  /** Reads the leases of everyone who is watched here: what the bus did not tell. */
  async read(): Promise<void> {
    const userIds = this.#watch.people
    const online = await this.#deps.store.held(userIds)
    for (const userId of userIds) this.#watch.change(userId, online.has(userId))
  }

  /** While the store is away, people are as they were last known. */
  async #heldOrKnown(userIds: readonly string[]): Promise<Set<string>> {
    try {
      return await this.#deps.store.held(userIds)
    } catch (err) {
      this.#deps.logger.warn({ err }, 'unable to read presence')
      return new Set(userIds.filter((userId) => this.#watch.isOnline(userId)))
    }
  }

  #inBackground(work: Promise<unknown>): void {
    work.catch(this.#failed)
  }

  readonly #failed = (err: unknown): void => {
    this.#deps.logger.warn({ err }, 'unable to keep presence')
  }
}

function leaseOf({ id, userId }: Connection): Lease {
  return { key: userId, holder: id }
}
