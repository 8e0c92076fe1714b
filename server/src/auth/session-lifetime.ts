import type { Clock } from '../infra/clock.ts'

const day = 86_400_000
/** However often it is used, a session ends after so many milliseconds; */
export const sessionLifetime = 90 * day
/** and where it is not used, after so many. */
const idleLifetime = 30 * day

/** A moment, and the last use at which a session has been idle for too long by then. */
export interface Moment {
  now: string
  idleSince: string
}

export function momentOf(clock: Clock): Moment {
  const now = clock.now()
  return {
    now: new Date(now).toISOString(),
    idleSince: new Date(now - idleLifetime).toISOString(),
  }
}
