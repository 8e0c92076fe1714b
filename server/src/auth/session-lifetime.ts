import type { Clock } from '../infra/clock.ts'

const day = 86_400_000

/** A moment, and the last use at which a session has been idle for too long by then. */
export interface Moment {
  now: string
  idleSince: string
}

interface SessionLifetimeDeps {
  clock: Clock
  /** However often it is used, a session ends after so many days; */
  days: number
  /** and where it is not used, after so many. */
  idleDays: number
}

/** How long sessions live. */
export class SessionLifetime {
  readonly #deps: SessionLifetimeDeps

  constructor(deps: SessionLifetimeDeps) {
    this.#deps = deps
  }

  moment(): Moment {
    const { clock, idleDays } = this.#deps
    const now = clock.now()
    const idleSince = now - idleDays * day
    return { now: new Date(now).toISOString(), idleSince: new Date(idleSince).toISOString() }
  }

  /** When a session that begins now ends, however often it is used. */
  end(): string {
    const { clock, days } = this.#deps
    return new Date(clock.now() + days * day).toISOString()
  }
}
