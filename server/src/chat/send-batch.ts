import type { SentMessage } from './schema.ts'
import type { NewMessage } from './send-queries.ts'

/** A message that waits for its transaction, and whoever waits for it. */
export interface Pending {
  message: NewMessage
  resolve: (sent: SentMessage) => void
  reject: (reason: unknown) => void
  /** By performance.now(). */
  queuedAt: number
}

/**
 * Divides what waits into the next transaction, at most `limit` of it, and the rest, both in order.
 * A clientId that is in the batch already waits until the log knows it (P3), and its author's later
 * messages wait behind it (G4).
 */
export function nextBatch(
  waiting: readonly Pending[],
  limit: number,
): { batch: Pending[]; rest: Pending[] } {
  const batch: Pending[] = []
  const held: Pending[] = []
  const clientIds = new Set<string>()
  const heldAuthors = new Set<string>()
  for (const pending of waiting) {
    if (batch.length === limit) break
    const { clientId, authorId } = pending.message
    if (clientIds.has(clientId) || heldAuthors.has(authorId)) {
      heldAuthors.add(authorId)
      held.push(pending)
      continue
    }
    clientIds.add(clientId)
    batch.push(pending)
  }
  return { batch, rest: [...held, ...waiting.slice(batch.length + held.length)] }
}

/** Halves, until the offender is alone (G2). */
export function halvesOf(batch: readonly Pending[]): Pending[][] {
  const half = Math.ceil(batch.length / 2)
  return [batch.slice(0, half), batch.slice(half)].filter(({ length }) => length > 0)
}
