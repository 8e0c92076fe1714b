import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { MovableClock } from './movable-clock.ts'
import { startApp } from './start-app.ts'
import type { Person, Started } from './start-app.ts'

let started: Started
const clock = new MovableClock()
beforeAll(async () => {
  started = await startApp({ clock })
})
afterAll(() => started.close())

const lastSeen = async (viewer: Person, { userId }: Person) => {
  const params = { path: { userId } }
  const { data } = await viewer.http.GET('/v1/users/{userId}', { params })
  return data.lastSeenAt
}

it('the end of a socket is when a person was last seen, shown to contacts if she wants', async () => {
  const ada = await started.person('ada')
  const ben = await started.person('ben')
  const cleo = await started.person('cleo')
  await ada.http.PATCH('/v1/users/me', { body: { lastSeenTo: 'contacts' } })
  await ben.http.PUT('/v1/rooms/direct/{userId}', { params: { path: { userId: ada.userId } } })
  const socket = await ada.openSocket()
  clock.advance(6 * 60_000) // beyond what is written once, within what her token holds
  const before = clock.now()
  socket.close()
  await vi.waitFor(() => expect(started.app.hub.people).not.toContain(ada.userId))
  await started.app.services.lastSeen.flush()
  const seen = await lastSeen(ben, ada)
  expect(Date.parse(seen ?? '')).toBeGreaterThanOrEqual(before)
  expect(await lastSeen(cleo, ada)).toBeNull()
})
