import type { Outbox } from './outbox.ts'
import type { Packet } from './wire.ts'

/** What may wait in one process for readers that are slow, in bytes (S6). */
const budget = 256 * 1024 * 1024

/** Who waits too fatly: without them what waits in all fits the budget again. A packet that waits
 *  for many is there once. */
export function overBudget<T extends { outbox: Outbox }>(
  connections: Iterable<T>,
  limit = budget,
): T[] {
  const all = [...connections]
  const atMost = all.reduce((sum, { outbox }) => sum + outbox.waitingBytes, 0)
  return atMost > limit ? fattest(all, limit) : []
}

function fattest<T extends { outbox: Outbox }>(all: readonly T[], limit: number): T[] {
  const waitingFor = new Map<Packet, number>()
  let bytes = 0
  for (const { outbox } of all) {
    bytes += outbox.inFlightBytes
    for (const packet of outbox.queue) {
      const count = waitingFor.get(packet) ?? 0
      if (count === 0) bytes += packet.bytes.length
      waitingFor.set(packet, count + 1)
    }
  }
  const cut: T[] = []
  for (const one of all.toSorted((a, b) => b.outbox.waitingBytes - a.outbox.waitingBytes)) {
    if (bytes <= limit) break
    cut.push(one)
    bytes -= one.outbox.inFlightBytes
    for (const packet of one.outbox.queue) {
      const count = waitingFor.get(packet) ?? 0
      if (count === 1) bytes -= packet.bytes.length
      waitingFor.set(packet, count - 1)
    }
  }
  return cut
}
