import type { FastifyBaseLogger } from 'fastify'
import type { Authenticator } from '../contract/caller.ts'
import type { Hub, HubConnection } from './hub.ts'
import { Slices } from './slices.ts'

interface SessionCheckDeps {
  hub: Hub
  authenticator: Pick<Authenticator, 'listEnded'>
  logger: FastifyBaseLogger
}

/** Everyone's turn comes once in so many seconds. With the time to the next turn and the reading,
 *  answers stay below the 30 s of P6. */
const everySeconds = 5
const olderThanMs = 20_000

/** The end of a session is told by the bus; should that have been lost, its sockets close here.
 *  Each second a slice of the people is looked through for sessions whose last answer is 20 s old;
 *  these are asked about in one statement (P6). */
export class SessionCheck {
  readonly #deps: SessionCheckDeps
  readonly #slices = new Slices({
    count: everySeconds,
    isBusy: () => this.#isRunning,
    look: (isDue) => void this.#check(this.#deps.hub.people.filter(isDue), olderThanMs),
  })
  #isRunning = false

  constructor(deps: SessionCheckDeps) {
    this.#deps = deps
  }

  start(): void {
    this.#slices.start()
  }

  close(): void {
    this.#slices.close()
  }

  /** Asks about every session that has a socket here, and closes those of the ended ones. */
  checkAll(): void {
    void this.#check(this.#deps.hub.people, 0)
  }

  async #check(userIds: readonly string[], maxAgeMs: number): Promise<void> {
    const { hub, authenticator, logger } = this.#deps
    const connected: HubConnection[] = []
    for (const userId of userIds) {
      for (const connection of hub.connectionsOf(userId)) connected.push(connection)
    }
    this.#isRunning = true
    try {
      const ended = await authenticator.listEnded(connected, maxAgeMs)
      for (const connection of ended) connection.endSession()
    } catch (err) {
      // The database is away: nothing is known, the next check asks again.
      logger.warn({ err }, 'unable to ask which sessions live')
    } finally {
      this.#isRunning = false
    }
  }
}
