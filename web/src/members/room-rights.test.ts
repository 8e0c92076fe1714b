import { expect, test } from 'vitest'
import { rightsIn, whyNotMore } from './room-rights.ts'

const names = ['add', 'rename', 'archive', 'setRoles', 'leave'] as const
const roles = ['member', 'admin', 'owner'] as const

function told(room: Parameters<typeof rightsIn>[0]): string {
  const rights = rightsIn(room)
  const removes = roles.filter((role) => rights.remove(role)).map((role) => `remove ${role}`)
  return [...names.filter((name) => rights[name]), ...removes].join(', ')
}

test('what each role may do is what the server lets it do', () => {
  const group = { kind: 'group', archivedAt: null } as const
  expect(told({ ...group, role: 'member' })).toBe('leave')
  expect(told({ ...group, role: 'admin' })).toBe('add, rename, leave, remove member')
  expect(told({ ...group, role: 'owner' })).toBe(
    'add, rename, archive, setRoles, leave, remove member, remove admin, remove owner',
  )
  expect(told({ kind: 'channel', archivedAt: null, role: 'member' })).toBe('add, leave')
})

test('in an archived room one leaves, and the owner reopens it', () => {
  const archived = { kind: 'group', archivedAt: '2026-01-01T00:00:00Z' } as const
  expect(told({ ...archived, role: 'admin' })).toBe('leave')
  expect(told({ ...archived, role: 'owner' })).toBe('archive, leave')
  expect(whyNotMore({ ...archived, role: 'owner' })).toContain('until you reopen it')
})

test('a direct room is fixed', () => {
  expect(told({ kind: 'direct', archivedAt: null, role: 'member' })).toBe('')
})
