import { expect, test } from 'vitest'
import { actionIn, detailIn } from './audit-words.ts'

test('known actions are told in words, later ones by their name', () => {
  expect(actionIn({ action: 'user.suspended' })).toBe('Suspended')
  expect(actionIn({ action: 'user.knighted' })).toBe('user.knighted')
})

test('details stand on one line, without what is empty', () => {
  expect(detailIn({ detail: { reason: 'spam', until: null, scopes: ['a', 'b'], note: '' } })).toBe(
    'reason: spam · scopes: ["a","b"]',
  )
  expect(detailIn({ detail: {} })).toBe('')
})

test('ids stand by themselves', () => {
  const detail = { sessionId: '01a2', deviceName: 'Firefox on Linux' }
  expect(detailIn({ detail })).toBe('deviceName: Firefox on Linux')
  expect(detailIn({ detail }, true)).toBe('sessionId: 01a2')
})
