import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Bus } from './bus.ts'

/** Two nodes' views of one bus, as the implementation under test makes them. */
export interface BusPair {
  left: Bus
  right: Bus
  close: () => Promise<void>
}

/** What every bus must do, whichever carries it (P5). */
export function busContract(name: string, open: () => Promise<BusPair>): void {
  describe(`${name} as a bus`, () => {
    let pair: BusPair
    beforeEach(async () => {
      pair = await open()
    })
    afterEach(() => pair.close())

    it('carries what is published after subscribing to every node, in order', async () => {
      const { left, right } = pair
      const heard: string[] = []
      const own: string[] = []
      await right.subscribe('room:1', (message) => heard.push(message))
      await left.subscribe('room:1', (message) => own.push(message))
      const sent = Array.from({ length: 200 }, (_, n) => `message ${n}`)
      for (const message of sent) left.publish('room:1', message)
      await vi.waitFor(() => expect(heard).toEqual(sent))
      await vi.waitFor(() => expect(own).toEqual(sent))
    })

    it('may reach others wherever another listens', async () => {
      const { left, right } = pair
      const [own, other] = [() => undefined, () => undefined]
      await left.subscribe('room:1', own)
      await right.subscribe('room:1', other)
      expect(left.mayReachOthers('room:1', own)).toBe(true)
    })

    it('keeps channels apart', async () => {
      const { left, right } = pair
      const heard: string[] = []
      await right.subscribe('room:1', (message) => heard.push(`1 ${message}`))
      await right.subscribe('room:2', (message) => heard.push(`2 ${message}`))
      left.publish('room:3', 'nobody listens')
      left.publish('room:2', 'b')
      left.publish('room:1', 'a')
      await vi.waitFor(() => expect(heard.toSorted()).toEqual(['1 a', '2 b']))
    })

    it('gives nothing after unsubscribing, and again after subscribing anew', async () => {
      const { left, right } = pair
      const heard: string[] = []
      const receive = (message: string) => heard.push(message)
      await right.subscribe('room:1', receive)
      await right.unsubscribe('room:1', receive)
      await vi.waitFor(() => left.ping())
      left.publish('room:1', 'lost')
      await left.ping() // it is on its way before anyone listens again
      await right.subscribe('room:1', receive)
      left.publish('room:1', 'heard')
      await vi.waitFor(() => expect(heard).toEqual(['heard']))
    })

    it('serves several listeners of one channel until the last one leaves', async () => {
      const { left, right } = pair
      const heard: string[] = []
      const first = (message: string) => heard.push(`first ${message}`)
      const second = (message: string) => heard.push(`second ${message}`)
      await right.subscribe('user:1', first)
      await right.subscribe('user:1', second)
      await right.unsubscribe('user:1', first)
      left.publish('user:1', 'a')
      await vi.waitFor(() => expect(heard).toEqual(['second a']))
    })

    it('carries any text unchanged', async () => {
      const { left, right } = pair
      const heard: string[] = []
      const text = 'né\n"quoted" 👩‍🚀 \u2028 ' + 'x'.repeat(100_000)
      await right.subscribe('room:1', (message) => heard.push(message))
      left.publish('room:1', text)
      await vi.waitFor(() => expect(heard).toEqual([text]))
    })

    it('answers a ping, and is up', async () => {
      await vi.waitFor(() => expect(pair.left.isUp).toBe(true))
      await expect(pair.left.ping()).resolves.toBeUndefined()
    })
  })
}
