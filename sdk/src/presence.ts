import { Changes } from './changes.ts'
import type { Connection } from './connection.ts'
import type { PresenceFrame } from './generated/schemas.ts'

/**
 * Who is online, of the people one looks at.
 *
 * @example
 * const unwatch = client.presence.watch(room.members.map(({ user }) => user.id))
 * client.presence.subscribe(() => show(client.presence.isOnline(userId)))
 */
export class Presence {
  readonly #connection: Pick<Connection, 'send' | 'isLive'>
  readonly #changes = new Changes()
  readonly #watches = new Set<readonly string[]>()
  readonly #due = new Changes()
  #online = new Set<string>()

  /** @internal It is `client.presence`. */
  constructor(connection: Pick<Connection, 'send' | 'isLive'>) {
    this.#connection = connection
    this.#due.subscribe(() => this.resume())
  }

  /** Watches these people as well; the server follows at most 200 in all. Returns the function that
   *  ends it. */
  watch(userIds: readonly string[]): () => void {
    const watch = [...userIds]
    this.#watches.add(watch)
    this.#due.note()
    return () => {
      if (this.#watches.delete(watch)) this.#due.note()
    }
  }

  /** Whether this person is online; false for whom nobody watches. */
  isOnline(userId: string): boolean {
    return this.#online.has(userId)
  }

  /** Calls the listener after each change. Returns the function that ends it. */
  subscribe(listener: () => void): () => void {
    return this.#changes.subscribe(listener)
  }

  /** @internal Says again whom to follow. */
  resume(): void {
    if (this.#connection.isLive) this.ask().catch(() => {})
  }

  /** @internal */
  async ask(): Promise<void> {
    const userIds = [...new Set([...this.#watches].flat())].slice(0, 200)
    const { online } = await this.#connection.send('presence.watch', { userIds })
    this.#online = new Set(online)
    this.#changes.note()
  }

  /** @internal */
  take({ userId, online }: PresenceFrame): void {
    if (online) this.#online.add(userId)
    else this.#online.delete(userId)
    this.#changes.note()
  }

  /** @internal Nothing is heard of anyone now. */
  clear(): void {
    this.#online.clear()
    this.#changes.note()
  }
}
