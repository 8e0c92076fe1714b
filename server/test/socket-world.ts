/** The doors' world with sockets that keep to no protocol, a clock to move, and limits as they are shipped. */
import { afterAll, afterEach, beforeAll } from 'vitest'
import { doorsWorld } from './doors-world.ts'
import type { DoorsWorld } from './doors-world.ts'
import type { Person } from './start-app.ts'
import { MovableClock } from './movable-clock.ts'
import { RawSocket } from './raw-socket.ts'
import type { StartOptions } from './start-app.ts'

type OpenOptions = Parameters<typeof RawSocket.open>[1]

export const tokenOf = (person: Person): string => person.session?.accessToken ?? ''

/** One for the tests of a file; sockets end with the test that opened them. */
export function socketWorld(options: StartOptions = {}) {
  const clock = new MovableClock()
  const opened: RawSocket[] = []
  let world: DoorsWorld | undefined

  beforeAll(async () => {
    world = await doorsWorld({ clock, env: { LIMIT_SCALE: '1' }, ...options })
  })
  afterEach(async () => {
    clock.go()
    for (const socket of opened.splice(0)) await socket.end()
  })
  afterAll(() => world?.close())

  const kept = (socket: RawSocket): RawSocket => {
    opened.push(socket)
    return socket
  }
  const started = (): DoorsWorld => {
    if (!world) throw new Error('the world begins with the first test')
    return world
  }
  /** The clock may have moved past the life of those before. */
  const freshToken = async (person: Person) => (await started().signIn(person)).accessToken
  return {
    clock,
    get world() {
      return started()
    },
    open: async (options?: OpenOptions) => kept(await RawSocket.open(started().url, options)),
    /** Opened and greeted, with this token or as this person, in a session of its own. */
    ready: async (who: Person | string) => {
      const token = typeof who === 'string' ? who : await freshToken(who)
      return kept(await RawSocket.ready(started().url, token))
    },
    freshToken,
  }
}
