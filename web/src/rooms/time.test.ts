import { expect, test } from 'vitest'
import { dayName, dayOf, shortTime } from './time.ts'

const now = new Date(2026, 10, 22, 12)
const daysAgo = (days: number) => new Date(2026, 10, 22 - days, 23, 30)

test('a time in a list is as short as can be told from others', () => {
  expect(shortTime(new Date(2026, 10, 22, 9, 5), now)).toMatch(/9.05/)
  const short = [1, 6, 7, 400].map((days) => shortTime(daysAgo(days), now))
  expect(short[0]).not.toMatch(/\d/)
  expect(short[1]).not.toMatch(/\d/)
  expect(short[2]).toMatch(/15/)
  expect(short[3]).toMatch(/2025/)
})

test('a day is today, yesterday, or its date, whatever the hour', () => {
  expect(dayName(new Date(2026, 10, 22, 0, 1), now)).toBe('Today')
  expect(dayName(daysAgo(1), now)).toBe('Yesterday')
  expect(dayName(daysAgo(2), now)).toMatch(/20/)
  expect(dayName(daysAgo(2), now)).not.toMatch(/2026/)
  expect(dayName(daysAgo(400), now)).toMatch(/2025/)
  // A clock that runs ahead: nothing is said of tomorrow.
  expect(shortTime(new Date(2026, 10, 23, 9, 5), now)).toMatch(/9.05/)
  expect(dayOf(daysAgo(0))).toBe(dayOf(now))
})
