import { expect, it } from 'vitest'
import { busContract } from './bus.contract.ts'
import { MemoryBus } from './bus-memory.ts'

busContract('memory', async () => {
  const bus = new MemoryBus()
  return { left: bus, right: bus, close: () => bus.close() }
})

it('reaches nobody else where only the asker listens', async () => {
  const bus = new MemoryBus()
  const [own, other] = [() => undefined, () => undefined]
  expect(bus.mayReachOthers('room:1', own)).toBe(false)
  await bus.subscribe('room:1', own)
  expect(bus.mayReachOthers('room:1', own)).toBe(false)
  expect(bus.mayReachOthers('room:1', other)).toBe(true)
})
