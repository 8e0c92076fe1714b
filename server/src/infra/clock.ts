/** The time, so that tests can move it. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number
}

export const systemClock: Clock = { now: () => Date.now() }

/** The clock's time as RFC 3339 text in UTC, as every wire shape and column takes it. */
export function timestamp(clock: Clock): string {
  return new Date(clock.now()).toISOString()
}
