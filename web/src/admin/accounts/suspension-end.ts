/** How long a suspension may be. */
export const suspensions = [
  ['', 'Until it is lifted'],
  ['1', 'A day'],
  ['7', 'A week'],
  ['30', '30 days'],
  ['until', 'Until …'],
] as const

/** When it ends by itself; null: not. `until` is what a datetime-local field holds. */
export function suspensionEnd(length: string, until = '', now = new Date()): string | null {
  if (length === '') return null
  if (length === 'until') return new Date(until).toISOString()
  return new Date(now.getTime() + Number(length) * 86_400_000).toISOString()
}

/** The moment on this device's clock, as a datetime-local field wants it. */
export function localInput(time: Date): string {
  const shifted = new Date(time.getTime() - time.getTimezoneOffset() * 60_000)
  return shifted.toISOString().slice(0, 16)
}
