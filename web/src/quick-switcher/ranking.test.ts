import { expect, test } from 'vitest'
import { fit, ranked } from './ranking.ts'

test('a beginning is better than a word, a word than a part, a part than scattered letters', () => {
  const names = ['Dream team', 'Upstream', 'Team lunch', 'Ten eager mice', 'Garden', 'team']
  expect(ranked(names, (name) => name, 'team')).toEqual([
    'team',
    'Team lunch',
    'Dream team',
    'Upstream',
    'Ten eager mice',
  ])
  expect(fit('Upstream', 'rea')).toBe(3)
})

test('case and accents do not matter', () => {
  expect(fit('Émile', 'emi')).toBe(5)
  expect(fit('zoe', 'ZOË')).toBe(6)
})

test('nothing typed: everything, as it was', () => {
  expect(ranked(['b', 'a'], (name) => name, ' ')).toEqual(['b', 'a'])
})
