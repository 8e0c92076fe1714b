import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { randomUUID } from 'node:crypto'
import type { Clock } from './clock.ts'
import type { EphemeralStore } from './ephemeral.ts'

interface Opened {
  store: EphemeralStore
  close: () => Promise<void>
}

/** What every store of leases must do. */
export function ephemeralContract(name: string, open: (clock: Clock) => Promise<Opened>): void {
  describe(`${name} as an ephemeral store`, () => {
    let opened: Opened
    let now = Date.now()
    const clock = { now: () => now }
    beforeAll(async () => {
      opened = await open(clock)
    })
    afterAll(() => opened.close())

    it('E2 a key is held while one of its holders is', async () => {
      const { store } = opened
      const [ada, ben] = [randomUUID(), randomUUID()]
      const [phone, laptop] = [
        { key: ada, holder: 'phone' },
        { key: ada, holder: 'laptop' },
      ]
      expect(await store.held([ada, ben])).toEqual(new Set())
      await store.hold([phone, laptop], 60_000)
      expect(await store.held([ada, ben])).toEqual(new Set([ada]))
      await store.release([phone])
      expect(await store.held([ada])).toEqual(new Set([ada]))
      await store.release([laptop, laptop])
      expect(await store.held([ada])).toEqual(new Set())
    })

    it('E2 a lease ends by itself unless it is renewed', async () => {
      const { store } = opened
      const key = randomUUID()
      await store.hold([{ key, holder: 'phone' }], 60_000)
      now += 40_000
      await store.hold([{ key, holder: 'phone' }], 60_000)
      now += 40_000
      expect(await store.held([key])).toEqual(new Set([key]))
      now += 20_001
      expect(await store.held([key])).toEqual(new Set())
    })

    it('E1 gives a name to the first who claims it, until its time is over', async () => {
      const { store } = opened
      const [mine, other] = [randomUUID(), randomUUID()]
      expect(await Promise.all([store.claim(mine, 200), store.claim(mine, 200)])).toEqual([
        true,
        false,
      ])
      expect(await store.claim(other, 200)).toBe(true)
      await vi.waitFor(async () => {
        now += 100 // one store goes by the clock, the other by its own
        expect(await store.claim(mine, 200)).toBe(true)
      })
    })

    it('takes nothing to do as done', async () => {
      const { store } = opened
      await store.hold([], 1000)
      await store.release([])
      expect(await store.held([])).toEqual(new Set())
    })
  })
}
