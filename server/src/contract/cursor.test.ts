import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeCursor, encodeCursor } from './cursor.ts'
import { AppError } from './error-codes.ts'

const shape = ['number', 'string', 'time', 'id'] as const
const id = '0197f0c4-6c8e-7d1a-9b8e-2f6a4d0c1b2a'
const time = '2026-11-22T12:24:24.500Z'

const encoded = (key: unknown) => Buffer.from(JSON.stringify(key)).toString('base64url')

function isRefused(cursor: string, ...parts: Parameters<typeof decodeCursor>[1]): boolean {
  try {
    decodeCursor(cursor, parts)
    return false
  } catch (error) {
    return error instanceof AppError && error.code === 'invalid_request'
  }
}

test('a key comes back from its cursor as it was', () => {
  const key = fc.tuple(
    fc.maxSafeInteger(),
    fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\0')),
    fc.constant(time),
    fc.uuid(),
  )
  fc.assert(
    fc.property(key, (parts) => {
      const cursor = encodeCursor(parts)
      expect(cursor).toMatch(/^[\w-]+$/)
      expect(decodeCursor(cursor, shape)).toEqual(parts)
    }),
    { seed: 13 },
  )
})

test('a cursor of another list is refused', () => {
  expect(isRefused(encodeCursor([1]), 'string')).toBe(true)
  expect(isRefused(encodeCursor(['1']), 'number')).toBe(true)
  expect(isRefused(encodeCursor([1, 2]), 'number')).toBe(true)
  expect(isRefused(encodeCursor([]), 'number')).toBe(true)
  expect(isRefused(encodeCursor(['a name']), 'id')).toBe(true)
  expect(isRefused(encodeCursor([id]), 'time')).toBe(true)
  expect(isRefused(encodeCursor([id]), 'id')).toBe(false)
})

test('only what the database takes is a number, an id or a time', () => {
  for (const value of [1.5, 2 ** 53, null, true, '1', [1]]) {
    expect(isRefused(encoded([value]), 'number')).toBe(true)
  }
  for (const value of [id.toUpperCase(), `urn:uuid:${id}`, `${id} `, '', 1]) {
    expect(isRefused(encoded([value]), 'id')).toBe(true)
  }
  const notTimes = ['1', '2026', 'Tue Mar 01 2022', '2026-11-22', '+275760-09-13T00:00:00.000Z']
  const noneEither = [
    '-000001-01-01T00:00:00.000Z',
    '2026-11-22T24:00:00.000Z',
    '',
    'now',
    'infinity',
  ]
  for (const value of [
    ...notTimes,
    ...noneEither,
    '2026-02-30T00:00:00.000Z',
    '0000-01-01T00:00:00.000Z',
  ]) {
    expect([value, isRefused(encoded([value]), 'time')]).toEqual([value, true])
  }
  expect(isRefused(encoded([time]), 'time')).toBe(false)
  for (const value of ['a\0b', '\uD800', 1])
    expect(isRefused(encoded([value]), 'string')).toBe(true)
})

test('whatever else is refused with one answer, never another error', () => {
  const anything = fc.oneof(
    fc.string(),
    fc.base64String(),
    fc.jsonValue({ maxDepth: 2 }).map((value) => encoded(value)),
  )
  fc.assert(
    fc.property(anything, (text) => {
      for (const parts of [['number'], ['time', 'id'], shape] as const) {
        expect(isRefused(text, ...parts)).toBe(true)
      }
    }),
    { seed: 14, numRuns: 300 },
  )
})
