import { busContract } from './bus.contract.ts'
import { MemoryBus } from './bus-memory.ts'

busContract('memory', async () => {
  const bus = new MemoryBus()
  return { left: bus, right: bus, close: () => bus.close() }
})
