import { expect, test } from 'vitest'
import { statusEnd } from './status-end.ts'

const local = (day: number, hour = 0) => new Date(2026, 2, day, hour).toISOString()

test('a status ends after a while, at midnight, on Monday, or not at all', () => {
  const tuesday = new Date(2026, 2, 10, 15)
  expect(statusEnd('30m', tuesday)).toBe(new Date(2026, 2, 10, 15, 30).toISOString())
  expect(statusEnd('4h', tuesday)).toBe(local(10, 19))
  expect(statusEnd('today', tuesday)).toBe(local(11))
  expect(statusEnd('week', tuesday)).toBe(local(16))
  expect(statusEnd('', tuesday)).toBeNull()
})

test('on a Monday the week lasts seven days, on a Sunday one', () => {
  expect(statusEnd('week', new Date(2026, 2, 9, 8))).toBe(local(16))
  expect(statusEnd('week', new Date(2026, 2, 15, 8))).toBe(local(16))
})
