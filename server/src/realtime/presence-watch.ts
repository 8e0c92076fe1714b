import type { Bus } from '../infra/bus.ts'
import type { Connection } from './connection.ts'
import { presence } from './frames.ts'
import { textPacket } from './wire.ts'

interface PresenceWatchDeps {
  bus: Bus
  /** Whose presence this person may see (E4). */
  visibleTo: (userId: string, others: readonly string[]) => Promise<string[]>
  /** False while nobody may be said to have gone. */
  mayGo: () => boolean
  onError: (error: unknown) => void
}

/** Somebody who is watched here. */
interface Watched {
  online: boolean
  watchers: Set<Connection>
  /** Who asked to watch and has a block with this person, or has not been judged yet (E4). */
  hiddenFrom: Set<Connection>
  /** Grows with every change of blocks: what was read before it is no longer told. */
  blocksVersion: number
  receive: (message: string) => void
}

const channelOf = (userId: string): string => `presence:${userId}`

/** Whom this node's connections watch, and how they hear of it (E2). */
export class PresenceWatch {
  readonly #deps: PresenceWatchDeps
  readonly #watched = new Map<string, Watched>()
  readonly #watching = new Map<Connection, readonly string[]>()

  constructor(deps: PresenceWatchDeps) {
    this.#deps = deps
  }

  /** Everyone who is watched here. */
  get people(): string[] {
    return [...this.#watched.keys()]
  }

  isOnline(userId: string): boolean {
    return this.#watched.get(userId)?.online ?? false
  }

  /** From now on this connection watches exactly these people; those of them it may see. */
  async set(connection: Connection, userIds: readonly string[]): Promise<string[]> {
    this.remove(connection)
    this.#watching.set(connection, userIds)
    await Promise.all(userIds.map((userId) => this.#add(userId, connection)))
    // A block that comes while this is read has its own reading, which is newer.
    const versions = userIds.map((userId) => this.#watched.get(userId)?.blocksVersion)
    const visible = new Set(await this.#deps.visibleTo(connection.userId, userIds))
    return userIds.filter((userId, at) => {
      const known = this.#watched.get(userId)
      const isNews = known?.blocksVersion === versions[at]
      if (isNews && visible.has(userId) && known?.hiddenFrom.delete(connection)) {
        known.watchers.add(connection)
      }
      return known?.watchers.has(connection) ?? false
    })
  }

  async #add(userId: string, connection: Connection): Promise<void> {
    const known = this.#watched.get(userId)
    if (known) {
      known.hiddenFrom.add(connection)
      return
    }
    const receive = (message: string): void => {
      if (message === 'blocks') this.#review(userId)
      else this.change(userId, message === 'online')
    }
    this.#watched.set(userId, {
      online: false,
      watchers: new Set(),
      hiddenFrom: new Set([connection]),
      blocksVersion: 0,
      receive,
    })
    await this.#deps.bus.subscribe(channelOf(userId), receive)
  }

  remove(connection: Connection): void {
    for (const userId of this.#watching.get(connection) ?? []) {
      const known = this.#watched.get(userId)
      if (!known) continue
      known.watchers.delete(connection)
      known.hiddenFrom.delete(connection)
      if (known.watchers.size + known.hiddenFrom.size > 0) continue
      this.#watched.delete(userId)
      this.#deps.bus.unsubscribe(channelOf(userId), known.receive).catch(this.#deps.onError)
    }
    this.#watching.delete(connection)
  }

  /** Tells who watches, here and on the other nodes. */
  tell(userId: string, online: boolean): void {
    this.change(userId, online)
    this.#deps.bus.publish(channelOf(userId), online ? 'online' : 'offline')
  }

  /** Tells everyone here who watches, except who is being answered right now. */
  change(userId: string, online: boolean, answered?: Connection): void {
    const known = this.#watched.get(userId)
    if (!known || known.online === online) return
    if (!online && !this.#deps.mayGo()) return
    known.online = online
    const packet = packetOf(userId, online)
    for (const watcher of known.watchers) if (watcher !== answered) watcher.deliver(packet)
  }

  /** Two people are blocked from each other now, or no longer (E4). */
  blocksChanged(...userIds: [string, string]): void {
    for (const userId of userIds) {
      this.#review(userId)
      this.#deps.bus.publish(channelOf(userId), 'blocks')
    }
  }

  #review(userId: string): void {
    const known = this.#watched.get(userId)
    if (!known) return
    known.blocksVersion++
    this.#judge(userId, known, known.blocksVersion).catch(this.#deps.onError)
  }

  /** Who may see this person stays or comes back, who may not sees her leave. */
  async #judge(userId: string, known: Watched, version: number): Promise<void> {
    const all = [...known.watchers, ...known.hiddenFrom]
    const seeing = await this.#deps.visibleTo(
      userId,
      all.map((connection) => connection.userId),
    )
    if (known.blocksVersion !== version) return
    const visible = new Set(seeing)
    for (const connection of all) {
      const [from, to] = visible.has(connection.userId)
        ? [known.hiddenFrom, known.watchers]
        : [known.watchers, known.hiddenFrom]
      if (!from.delete(connection)) continue
      to.add(connection)
      if (known.online) connection.deliver(packetOf(userId, to === known.watchers))
    }
  }
}

function packetOf(userId: string, online: boolean) {
  return textPacket(JSON.stringify({ type: presence.type, userId, online }), true)
}
