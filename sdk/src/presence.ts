import type { Connection } from './connection.ts'
import type { PresenceFrame } from './generated/schemas.ts'
import { Observable } from './observable.ts'

/**
 * Who is online, of the people one looks at.
 *
 * @example
 * const unwatch = client.presence.watch(room.members.map(({ user }) => user.id))
 * client.presence.subscribe(() => show(client.presence.isOnline(userId)))
 */
export class Presence extends Observable {
  readonly #connection: Pick<Connection, 'send' | 'isLive'>
  readonly #watches = new Set<readonly string[]>()
  readonly #due = new Observable()
  #online = new Set<string>()

  /** @internal It is `client.presence`. */
  constructor(connection: Pick<Connection, 'send' | 'isLive'>) {
    super()
    this.#connection = connection
    this.#due.subscribe(() => this.#askIfLive())
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

  /** @internal A new line: the server has to be told again. */
  resume(): void {
    if (this.#watches.size > 0) this.#askIfLive()
  }

  /** @internal */
  async ask(): Promise<void> {
    const userIds = [...new Set([...this.#watches].flat())].slice(0, 200)
    const { online } = await this.#connection.send('presence.watch', { userIds })
    this.#online = new Set(online)
    this.note()
  }

  #askIfLive(): void {
    if (this.#connection.isLive) this.ask().catch(() => {})
  }

  /** @internal */
  take({ userId, online }: PresenceFrame): void {
    if (online) this.#online.add(userId)
    else this.#online.delete(userId)
    this.note()
  }

  /** @internal Nothing is heard of anyone now. */
  clear(): void {
    this.#online.clear()
    this.note()
  }
}
