const minutesADay = 24 * 60

/**
 * Turns the times of a file, one after the other, into moments: a time that goes back is of the
 * next day. Some logs show twelve hours without am and pm: where no line is past 12:59, the step
 * from 11:59 to 00:00 or from 12:59 to 01:00 is half a day on.
 */
export function ircClock(date: string, all: readonly number[]): (minute: number) => string {
  const midnight = Date.parse(`${date}T00:00:00Z`)
  const twelveHours = all.every((minute) => minute < 13 * 60)
  let before = 0
  let added = 0
  return (minute) => {
    const back = before - minute
    if (back > 0) {
      const turned = twelveHours && back >= 11 * 60 && back < 12 * 60
      added += turned ? minutesADay / 2 : minutesADay
    }
    before = minute
    return new Date(midnight + (added + minute) * 60_000).toISOString()
  }
}
