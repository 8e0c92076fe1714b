import { afterEach, expect, test, vi } from 'vitest'
import type { Bus } from './bus.ts'
import { BusLag } from './bus-lag.ts'
import { MemoryBus } from './bus-memory.ts'

interface FrailBus extends Bus {
  isUp: boolean
  losing: boolean
  published: number
}

/** A bus whose broker can be told to lose what it is given, or to be away. */
function frailBus(): FrailBus {
  const bus = new MemoryBus()
  const frail: FrailBus = {
    isUp: true,
    losing: false,
    published: 0,
    publish(channel: string, message: string) {
      frail.published++
      if (!frail.losing) bus.publish(channel, message)
    },
    mayReachOthers: (channel: string, receive: (message: string) => void) =>
      bus.mayReachOthers(channel, receive),
    subscribe: (...all) => bus.subscribe(...all),
    unsubscribe: (...all) => bus.unsubscribe(...all),
    onReturn: () => bus.onReturn(),
    ping: () => bus.ping(),
    close: () => bus.close(),
  }
  return frail
}

const clock = ['setInterval', 'clearInterval', 'performance'] as const
afterEach(() => vi.useRealTimers())

async function started() {
  vi.useFakeTimers({ toFake: [...clock] })
  const bus = frailBus()
  const lag = new BusLag({ bus })
  await lag.start()
  await Promise.resolve() // the beat is received in a microtask
  return { bus, lag }
}

test('the lag is that of the last beat while they come back', async () => {
  const { lag } = await started()
  expect(lag.seconds).toBe(0)
  await vi.advanceTimersByTimeAsync(5000)
  expect(lag.seconds).toBe(0)
  lag.close()
})

test('it grows from the first beat that was lost, and is over with the next that arrives', async () => {
  const { bus, lag } = await started()
  bus.losing = true
  await vi.advanceTimersByTimeAsync(7000)
  expect(lag.seconds).toBe(5)
  bus.losing = false
  await vi.advanceTimersByTimeAsync(1000)
  expect(lag.seconds).toBe(0)
  lag.close()
})

test('nothing is published while the bus is away, but the lag grows', async () => {
  const { bus, lag } = await started()
  bus.isUp = false
  await vi.advanceTimersByTimeAsync(10_000)
  expect(bus.published).toBe(1)
  expect(lag.seconds).toBe(8)
  lag.close()
})

test('no beat follows its end', async () => {
  const { bus, lag } = await started()
  lag.close()
  await vi.advanceTimersByTimeAsync(10_000)
  expect(bus.published).toBe(1)
})
