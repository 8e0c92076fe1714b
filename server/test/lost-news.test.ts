import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { MemoryBus } from '../src/infra/bus-memory.ts'
import { createTestDatabase } from './database.ts'
import { MovableClock } from './movable-clock.ts'
import { startApp } from './start-app.ts'
import type { Started } from './start-app.ts'

// Each app has a bus of its own: what one tells is lost on the other.
describe('the end of a session, of which the bus loses the news', () => {
  const clock = new MovableClock()
  let first: Started
  let second: Started

  beforeAll(async () => {
    first = await startApp()
    second = await startApp({ databaseUrl: first.databaseUrl, clock })
  })
  afterAll(async () => {
    await second.close()
    await first.close()
  })

  it('P6 closes its sockets and refuses its token within 30 s, and leaves other sessions alone', async () => {
    const ben = await second.person('ben')
    const other = await second.person('other')
    const [ending, staying] = [await ben.openSocket(), await other.openSocket()]
    const token = ben.session?.accessToken ?? ''
    await first.client(ben.session).logout()
    const isOpen = ({ userId }: { userId: string }) =>
      second.app.hub.connectionsOf(userId).size === 1
    expect(isOpen(ben)).toBe(true)
    clock.advance(21_000)
    expect(await ending.closed).toMatchObject({ code: 4502 })
    const response = await fetch(`${second.url}/v1/users/me`, {
      headers: { authorization: `Bearer ${token}` },
    })
    expect(response.status).toBe(401)
    expect(isOpen(other)).toBe(true)
    staying.close()
  })
})

/** Loses everything but what nodes say of themselves. */
class LossyBus extends MemoryBus {
  override publish(channel: string, message: string): void {
    if (channel === 'nodes') super.publish(channel, message)
  }

  override async close(): Promise<void> {
    // Two nodes share it.
  }
}

it('H2 what a node did not tell before it stopped is read from the log when it stops', async () => {
  const bus = new LossyBus()
  const database = await createTestDatabase()
  const [first, second] = [
    await startApp({ bus, databaseUrl: database.url }),
    await startApp({ bus, databaseUrl: database.url }),
  ]
  const ada = await second.person('ada')
  const { data: room } = await ada.http.POST('/v1/rooms', {
    body: { clientId: randomUUID(), kind: 'group', name: 'Walk' },
  })
  const socket = await ada.openSocket()
  const heard: string[] = []
  socket.on('message.created', ({ data }) => heard.push(data.text ?? ''))
  socket.on('ready', ({ rooms }) => heard.push(`${rooms.length} rooms`))
  const elsewhere = first.client(ada.session)
  await elsewhere.http.POST('/v1/rooms/{roomId}/messages', {
    params: { path: { roomId: room.id } },
    body: { clientId: randomUUID(), text: 'not told' },
  })
  await elsewhere.http.POST('/v1/rooms', {
    body: { clientId: randomUUID(), kind: 'group', name: 'Not told either' },
  })
  expect(heard).toEqual([])
  await first.close()
  await vi.waitFor(() => expect(heard.toSorted()).toEqual(['2 rooms', 'not told']), 5000)
  socket.close()
  await second.close()
  await database.drop()
})
