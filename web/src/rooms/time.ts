const day = 86_400_000

/** Midnight, on this device's clock, of the day this moment lies in. */
export function dayOf(time: Date): number {
  return new Date(time.getFullYear(), time.getMonth(), time.getDate()).getTime()
}

const clock = new Intl.DateTimeFormat(undefined, { hour: 'numeric', minute: '2-digit' })
const weekday = new Intl.DateTimeFormat(undefined, { weekday: 'short' })
const monthDay = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' })
const fullDate = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' })
const longDay = new Intl.DateTimeFormat(undefined, {
  weekday: 'long',
  day: 'numeric',
  month: 'long',
})
const longDate = new Intl.DateTimeFormat(undefined, { dateStyle: 'full' })
const exact = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'short' })

export const clockTime = (time: Date): string => clock.format(time)
/** As narrow as it gets: without am and pm, which stand where the day was opened. */
export const narrowTime = (time: Date): string =>
  clock
    .formatToParts(time)
    .flatMap(({ type, value }) => (type === 'dayPeriod' ? [] : value))
    .join('')
    .trim()
export const exactTime = (time: Date): string => exact.format(time)

/** As short as it can be told from others: the time, the weekday, the date. */
export function shortTime(time: Date, now = new Date()): string {
  const daysAgo = Math.round((dayOf(now) - dayOf(time)) / day)
  if (daysAgo <= 0) return clock.format(time)
  if (daysAgo < 7) return weekday.format(time)
  return (time.getFullYear() === now.getFullYear() ? monthDay : fullDate).format(time)
}

/** The day as a heading: today, yesterday, or its date. */
export function dayName(time: Date, now = new Date()): string {
  const daysAgo = Math.round((dayOf(now) - dayOf(time)) / day)
  if (daysAgo === 0) return 'Today'
  if (daysAgo === 1) return 'Yesterday'
  return (time.getFullYear() === now.getFullYear() ? longDay : longDate).format(time)
}
