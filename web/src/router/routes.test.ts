import { expect, test } from 'vitest'
import { paths, readRoute, roomPath } from './routes.ts'

test('an address says which page it is, and what the page shows', () => {
  expect(readRoute('/')).toEqual({ name: 'home' })
  expect(readRoute(roomPath('abc'))).toEqual({ name: 'room', roomId: 'abc' })
  expect(readRoute(roomPath('abc', 12))).toEqual({ name: 'room', roomId: 'abc', seq: 12 })
  expect(readRoute('/settings/sessions/')).toEqual({ name: 'settings', section: 'sessions' })
  expect(readRoute('/sign-up', 'token')).toEqual({ name: 'signUp', invitation: 'token' })
  expect(readRoute('/account.html', 'verify-email/abc')).toEqual({
    name: 'mailLink',
    action: 'verify-email',
    token: 'abc',
  })
})

test('every other address is nobody’s', () => {
  for (const path of [
    '/nothing',
    '/rooms',
    '/rooms/',
    '/rooms/abc/x',
    '/rooms/abc/0',
    '/rooms/a/1/2',
  ]) {
    expect([path, readRoute(path)]).toEqual([path, { name: 'notFound' }])
  }
  expect(paths).toContain('/rooms/*/*')
})
