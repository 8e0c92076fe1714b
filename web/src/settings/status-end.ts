/** When a status may end by itself. */
export const statusEnds = [
  ['', 'Until you change it'],
  ['30m', 'For 30 minutes'],
  ['1h', 'For an hour'],
  ['4h', 'For 4 hours'],
  ['today', 'Until midnight'],
  ['week', 'Until Monday'],
] as const

const minutes: Readonly<Record<string, number>> = { '30m': 30, '1h': 60, '4h': 240 }

/** The moment that choice means, on this device's clock; null for none. */
export function statusEnd(choice: string, now = new Date()): string | null {
  const forMinutes = minutes[choice]
  if (forMinutes) return new Date(now.getTime() + forMinutes * 60_000).toISOString()
  if (choice === 'today') return midnightIn(1, now)
  if (choice === 'week') return midnightIn(7 - ((now.getDay() + 6) % 7), now)
  return null
}

function midnightIn(days: number, now: Date): string {
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() + days).toISOString()
}
