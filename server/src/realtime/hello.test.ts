import { expect, it, vi } from 'vitest'
import { MemoryBus } from '../infra/bus-memory.ts'
import { systemClock } from '../infra/clock.ts'
import { MemoryEphemeralStore } from '../infra/ephemeral-memory.ts'
import { createLogger } from '../infra/logger.ts'
import type { Connection } from './connection.ts'
import { HelloCommands } from './hello.ts'
import { Hub } from './hub.ts'
import { Presence } from './presence.ts'

const never = () => new Promise<never>(() => undefined)

it('P7 hellos past ten thousand at once are refused, and told to come back at times of their own', async () => {
  const bus = new MemoryBus()
  const logger = createLogger({ level: 'silent', format: 'json' })
  const hub = new Hub({ bus, logger, source: { lastSeqs: never, read: never } })
  const clock = systemClock
  const store = new MemoryEphemeralStore(clock)
  const presence = new Presence({ bus, clock, store, logger, visibleTo: never })
  // A database that does not answer.
  const authenticator = { authenticate: never, listEnded: never }
  const greeter = { topicsOf: never, greet: never, stateSeqs: never }
  const [hello] = new HelloCommands({ authenticator, greeter, hub, presence }).list()
  const closed: [string, { afterMs: number }][] = []
  const close = (reason: string, detail: { afterMs: number }) => closed.push([reason, detail])
  // All that a hello touches before it knows who calls.
  const connection = { state: 'waiting', close } as unknown as Connection
  for (let count = 0; count < 10_000; count++) void hello?.run(connection, { token: 'x' })
  const refused = Array.from({ length: 20 }, () => hello?.run(connection, { token: 'x' }))
  for (const one of refused) {
    await expect(one).rejects.toMatchObject({
      code: 'overloaded',
      retryAfterMs: expect.any(Number) as number, // of its kind only
    })
  }
  await vi.waitFor(() => expect(closed).toHaveLength(20))
  const times = closed.map(([, { afterMs }]) => afterMs)
  expect(closed.every(([reason]) => reason === 'unavailable')).toBe(true)
  expect(Math.min(...times)).toBeGreaterThanOrEqual(1000)
  expect(Math.max(...times)).toBeLessThanOrEqual(5000)
  expect(new Set(times).size).toBeGreaterThan(10)
})
