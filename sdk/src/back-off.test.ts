import { afterEach, expect, test, vi } from 'vitest'
import { BackOff } from './back-off.ts'

afterEach(() => vi.restoreAllMocks())

test('waits grow with every failure up to the longest, and begin again after a success', () => {
  vi.spyOn(Math, 'random').mockReturnValue(1)
  const backOff = new BackOff({ firstMs: 100, maxMs: 300 })
  expect(Array.from({ length: 5 }, () => backOff.next())).toEqual([100, 150, 225, 300, 300])
  backOff.reset()
  expect(backOff.next()).toBe(100)
})

test('a wait is anything between nothing and its most, after what the server asked for', () => {
  const random = vi.spyOn(Math, 'random').mockReturnValue(0)
  expect(new BackOff().next()).toBe(0)
  expect(new BackOff().next(2000)).toBe(2000)
  random.mockReturnValue(0.5)
  expect(new BackOff().next(2000)).toBe(2250)
})
