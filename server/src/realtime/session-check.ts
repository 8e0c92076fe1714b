import type { FastifyBaseLogger } from 'fastify'
import type { Authenticator } from '../contract/caller.ts'
import type { Hub } from './hub.ts'

interface SessionCheckDeps {
  hub: Hub
  authenticator: Pick<Authenticator, 'listEnded'>
  logger: FastifyBaseLogger
}

const tickMs = 1000
/** With the tick and the reading this stays below the 30 s of P6. */
const olderThanMs = 20_000

/** The end of a session is told by the bus; should that have been lost, its sockets close here.
 *  Each second those are asked about whose last answer is 20 s old, all in one statement (P6). */
export class SessionCheck {
  readonly #deps: SessionCheckDeps
  #timer: NodeJS.Timeout | undefined
  #isRunning = false

  constructor(deps: SessionCheckDeps) {
    this.#deps = deps
  }

  start(): void {
    this.#timer = setInterval(() => {
      // While the database is slow the next check waits for this one.
      if (!this.#isRunning) void this.check(olderThanMs)
    }, tickMs)
    this.#timer.unref()
  }

  close(): void {
    clearInterval(this.#timer)
  }

  /** Closes the sockets of ended sessions, by answers that are younger than this. */
  async check(maxAgeMs: number): Promise<void> {
    const { hub, authenticator, logger } = this.#deps
    const connected = hub.people.flatMap((userId) => [...hub.connectionsOf(userId)])
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
