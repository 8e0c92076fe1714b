import type { Member } from '@parley/client'
import { expect, test } from 'vitest'
import { inOrder } from './member-order.ts'

function member(displayName: string, role: Member['role'] = 'member'): Member {
  const username = displayName.toLowerCase().replaceAll(' ', '.')
  const user = { id: username, username, displayName, avatarUrl: '' }
  return { user, role, joinedAt: '2026-01-01T00:00:00Z', joinedSeq: 1, version: 1 }
}

const members = [member('Zoe'), member('émile'), member('Ada B', 'admin'), member('Yuri', 'owner')]
const names = (text?: string) => inOrder(members, text).map(({ user }) => user.displayName)

test('owners come first, then admins, then all others by name', () => {
  expect(names()).toEqual(['Yuri', 'Ada B', 'émile', 'Zoe'])
})

test('a text finds names and usernames, whatever the case', () => {
  expect(names(' ADA ')).toEqual(['Ada B'])
  expect(names('a.b')).toEqual(['Ada B'])
  expect(names('nobody')).toEqual([])
})
