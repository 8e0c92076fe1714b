import { ephemeralContract } from './ephemeral.contract.ts'
import { MemoryEphemeralStore } from './ephemeral-memory.ts'

ephemeralContract('memory', async (clock) => ({
  store: new MemoryEphemeralStore(clock),
  close: async () => undefined,
}))
