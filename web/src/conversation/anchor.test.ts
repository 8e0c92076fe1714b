import { describe, expect, it, test } from 'vitest'
import { anchorsIn, byTrust, isAtEnd, placeOf, surplus } from './anchor.ts'

/** Rows of these heights, one below the other. */
function stack(rows: Record<string, number>) {
  let top = 0
  return Object.entries(rows).map(([key, height]) => ({ key, top, bottom: (top += height) }))
}

describe('the place in a list', () => {
  const before = stack({ a: 30, b: 50, c: 20, d: 40 })

  it('is the rows in view, the first of them cut by the edge', () => {
    expect(anchorsIn(before, 40, 50)).toEqual([
      { key: 'b', offset: 40 },
      { key: 'c', offset: 60 },
    ])
    expect(anchorsIn(before, 80, 10)).toEqual([{ key: 'c', offset: 20 }])
    expect(anchorsIn([], 0, 100)).toEqual([])
  })

  it('is kept when older rows come before it, and when rows above it grow or go', () => {
    const anchors = anchorsIn(before, 40, 50)
    expect(placeOf(anchors, stack({ x: 100, y: 60, a: 30, b: 50, c: 20, d: 40 }))).toBe(200)
    expect(placeOf(anchors, stack({ a: 75, b: 50, c: 20 }))).toBe(85)
    expect(placeOf(anchors, stack({ b: 50, c: 20 }))).toBe(10)
  })

  it('is kept for the text of a row that loses its heading', () => {
    const anchors = anchorsIn(before, 40, 50)
    expect(placeOf(anchors, stack({ x: 100, a: 30, b: 26, c: 20 }))).toBe(116)
  })

  it('is kept for what has been in view the longest, where lines come between newer rows', () => {
    const page = stack({ x: 40, y: 20, a: 30, b: 50, c: 20, d: 40 })
    const trusted = byTrust(anchorsIn(page, 50, 120), anchorsIn(before, 0, 100), 120)
    expect(trusted.map(({ key }) => key)).toEqual(['a', 'b', 'c', 'y', 'd'])
    expect(placeOf(trusted, stack({ x: 40, y: 20, line: 27, a: 30, b: 50, c: 20 }))).toBe(77)
  })

  it('is the next row’s where the first one is gone, and nowhere where all are', () => {
    const anchors = anchorsIn(before, 40, 50)
    expect(placeOf(anchors, stack({ a: 30, c: 20, d: 40 }))).toBe(-10)
    expect(placeOf(anchors, stack({ p: 10, q: 10 }))).toBeUndefined()
  })
})

test('the end is reached a little before the last pixel', () => {
  expect(isAtEnd(900, 100, 1000)).toBe(true)
  expect(isAtEnd(880, 100, 1000)).toBe(true)
  expect(isAtEnd(800, 100, 1000)).toBe(false)
})

describe('what is let go of', () => {
  it('is nothing while little is held', () => {
    expect(surplus(360, 10, 30)).toBeUndefined()
  })

  it('is on the side that is further away, and leaves a margin around what is in view', () => {
    expect(surplus(600, 20, 40)).toEqual({ keep: 'oldest', count: 151 })
    expect(surplus(600, 560, 599)).toEqual({ keep: 'newest', count: 150 })
    expect(surplus(2000, 1000, 1030)).toEqual({ keep: 'newest', count: 1110 })
  })

  it('never takes what is in view', () => {
    for (let first = 0; first < 900; first += 13) {
      const last = first + 20
      const { keep, count } = surplus(1000, first, last) ?? { keep: 'newest', count: 0 }
      const kept = keep === 'newest' ? { from: 1000 - count, to: 999 } : { from: 0, to: count - 1 }
      expect([kept.from <= first, kept.to >= last]).toEqual([true, true])
    }
  })
})
