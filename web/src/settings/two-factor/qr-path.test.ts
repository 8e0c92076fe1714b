import { expect, test } from 'vitest'
import { pathOf } from './qr-path.ts'

test('every dark square is in the path, neighbours of a row together', () => {
  const rows = [
    [true, true, false, true],
    [false, false, false, false],
    [false, true, false, false],
  ]
  expect(pathOf(rows)).toBe('M0 0h2v1h-2zM3 0h1v1h-1zM1 2h1v1h-1z')
})
