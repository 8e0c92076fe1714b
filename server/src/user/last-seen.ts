import { LRUCache } from 'lru-cache'
import type { Authenticator } from '../contract/caller.ts'
import type { Clock } from '../infra/clock.ts'
import type { Database } from '../infra/db.ts'
import { deleteLastSeenOfDeleted, putLastSeen } from './last-seen-queries.ts'

/** Of one person a node writes once in so many milliseconds; */
const everyMs = 5 * 60_000
/** and of all in one statement, after as many of these. */
const flushMs = 10_000

interface LastSeenDeps {
  db: Database
  clock: Clock
  onError: (error: unknown) => void
}

/** When people were last here: told of every call and every socket that ends, written seldom. */
export class LastSeen {
  readonly #deps: LastSeenDeps
  readonly #written = new LRUCache<string, number>({ max: 50_000 })
  readonly #waiting = new Map<string, number>()
  #timer: NodeJS.Timeout | undefined

  constructor(deps: LastSeenDeps) {
    this.#deps = deps
  }

  start(): void {
    this.#timer = setInterval(() => {
      this.flush().catch(this.#deps.onError)
    }, flushMs)
    this.#timer.unref()
  }

  /** The same authenticator; whom it lets in was here. */
  watch(authenticator: Authenticator): Authenticator {
    return {
      authenticate: async (token) => {
        const caller = await authenticator.authenticate(token)
        this.seen(caller.userId)
        return caller
      },
      listEnded: (sessions, olderThanMs) => authenticator.listEnded(sessions, olderThanMs),
    }
  }

  seen(userId: string): void {
    const now = this.#deps.clock.now()
    if (now - (this.#written.get(userId) ?? -Infinity) < everyMs) return
    this.#written.set(userId, now)
    this.#waiting.set(userId, now)
  }

  /** Writes what waits. */
  async flush(): Promise<void> {
    if (this.#waiting.size === 0) return
    const seen = [...this.#waiting].map(([userId, at]) => {
      return { userId, at: new Date(at).toISOString() }
    })
    this.#waiting.clear()
    await this.#deps.db.transaction(async (tx) => {
      await putLastSeen(tx, seen)
      await deleteLastSeenOfDeleted(
        tx,
        seen.map(({ userId }) => userId),
      )
    })
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    await this.flush().catch(this.#deps.onError)
  }
}
