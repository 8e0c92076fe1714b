import { expect, test } from 'vitest'
import { fromNow, statusOf, timeIn } from './profile-facts.ts'

const now = new Date('2026-03-10T12:00:00Z')

test('a moment is told by the largest unit that fits, before and after now', () => {
  const told = (time: string) => fromNow(new Date(time), now)
  expect(told('2026-03-10T11:59:40Z')).toBe('this minute')
  expect(told('2026-03-10T11:55:00Z')).toBe('5 minutes ago')
  expect(told('2026-03-10T09:30:00Z')).toBe('2 hours ago')
  expect(told('2026-03-09T12:00:00Z')).toBe('yesterday')
  expect(told('2026-03-14T13:00:00Z')).toBe('in 4 days')
  expect(told('2024-03-01T00:00:00Z')).toBe('2 years ago')
})

test('the time elsewhere is told, unless the zone is unknown here', () => {
  expect(timeIn('Asia/Tokyo', now)).toMatch(/09:00/)
  expect(timeIn('Nowhere/Atlantis', now)).toBeUndefined()
})

test('a status ends at its time', () => {
  const status = { statusText: 'At lunch', statusTextUntil: '2026-03-10T12:30:00Z' }
  expect(statusOf(status, now)).toBe('At lunch')
  expect(statusOf(status, new Date('2026-03-10T12:30:00Z'))).toBe('')
  expect(statusOf({ ...status, statusTextUntil: null }, now)).toBe('At lunch')
})
