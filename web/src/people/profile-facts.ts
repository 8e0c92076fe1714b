import type { PublicUser } from '@parley/client'

const minute = 60_000
const relative = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto' })

/** Steps of time, and how much of the next smaller one each is. */
const steps: readonly (readonly [unit: Intl.RelativeTimeFormatUnit, minutes: number])[] = [
  ['year', 525_960],
  ['month', 43_830],
  ['week', 10_080],
  ['day', 1440],
  ['hour', 60],
  ['minute', 1],
]

/** How far that moment is away: "5 minutes ago", "in 3 days". */
export function fromNow(time: Date, now = new Date()): string {
  const minutes = (time.getTime() - now.getTime()) / minute
  const [unit, size] = steps.find(([, size]) => Math.abs(minutes) >= size) ?? ['minute', 1]
  return relative.format(Math.trunc(minutes / size), unit)
}

/** The time of day there; undefined where this device does not know the zone. */
export function timeIn(timeZone: string, now = new Date()): string | undefined {
  try {
    const format = { timeZone, weekday: 'short', hour: '2-digit', minute: '2-digit' } as const
    return new Intl.DateTimeFormat(undefined, format).format(now)
  } catch {
    return undefined
  }
}

/** The status text, unless its time is over. */
export function statusOf(
  { statusText, statusTextUntil }: Pick<PublicUser, 'statusText' | 'statusTextUntil'>,
  now = new Date(),
): string {
  const over = statusTextUntil !== null && new Date(statusTextUntil) <= now
  return over ? '' : statusText
}
