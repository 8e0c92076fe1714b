import { expect, test } from 'vitest'
import { localInput, suspensionEnd } from './suspension-end.ts'

test('a suspension ends after days, at a moment of this device’s clock, or not by itself', () => {
  const now = new Date(2026, 2, 10, 15)
  expect(suspensionEnd('', '', now)).toBeNull()
  expect(suspensionEnd('7', '', now)).toBe(new Date(now.getTime() + 604_800_000).toISOString())
  const until = new Date(2026, 5, 1, 9, 30)
  expect(localInput(until)).toBe('2026-06-01T09:30')
  expect(suspensionEnd('until', localInput(until), now)).toBe(until.toISOString())
})
