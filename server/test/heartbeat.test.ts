import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { doorsWorld } from './doors-world.ts'
import type { DoorsWorld } from './doors-world.ts'
import type { Person } from './start-app.ts'
import { MovableClock } from './movable-clock.ts'
import { RawSocket } from './raw-socket.ts'

const clock = new MovableClock()
let world: DoorsWorld

beforeAll(async () => {
  // The server's ticks come when a test says; nothing else is held up.
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  world = await doorsWorld({ clock })
})
afterAll(async () => {
  await world.close()
  vi.useRealTimers()
})

const ready = (person: Person, autoPong = true) =>
  RawSocket.ready(world.url, person.session?.accessToken ?? '', { autoPong })
const connectionOf = ({ userId }: Person) => [...world.app.hub.connectionsOf(userId)][0]

/** Every connection is sent one heartbeat. */
function passHeartbeat(): void {
  clock.advance(25_000)
  vi.advanceTimersByTime(25_000)
}

it('S5 a heartbeat is a ping and a text in one; who answers two of them with silence is closed 4009', async () => {
  const alive = await ready(world.ada)
  const silent = await ready(world.ben, false)
  const gone = await ready(world.dora)
  let pings = 0
  alive.ws.on('ping', () => pings++)
  gone.ws.pause() // nobody is at the other end of the line any more
  for (let count = 1; count <= 2; count++) {
    passHeartbeat()
    await vi.waitFor(() =>
      expect(connectionOf(world.ada)?.lastHeardAt).toBeGreaterThan(clock.now() - 10_000),
    )
    expect(pings).toBe(count)
    expect(alive.frames.filter(({ type }) => type === 'ping')).toHaveLength(count)
    expect(connectionOf(world.ben)).toBeDefined()
    expect(connectionOf(world.dora)).toBeDefined()
  }
  passHeartbeat()
  expect(connectionOf(world.ben)).toBeUndefined()
  expect(connectionOf(world.dora)).toBeUndefined()
  expect(await silent.closed).toEqual({ code: 4009, reason: 'noPong' })
  expect((await alive.ask('room.sync', { room: world.group.id, after: 0 })).ok).toBe(true)
  await Promise.all([alive.end(), gone.end()])
})

it('S5 any frame is a sign of life', async () => {
  const talker = await ready(world.ben, false)
  for (let count = 0; count < 4; count++) {
    passHeartbeat()
    expect((await talker.ask('room.sync', { room: world.group.id, after: 0 })).ok).toBe(true)
  }
  await talker.end()
})
