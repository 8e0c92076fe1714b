import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { nextBatch } from './send-batch.ts'
import type { Pending } from './send-batch.ts'

const pending = (authorId: string, clientId: string) =>
  ({ message: { authorId, clientId } }) as unknown as Pending // all that nextBatch looks at

describe('the next batch', () => {
  it('P3 G4 holds no clientId twice, and each author keeps her order from batch to batch', () => {
    const input = fc.record({
      author: fc.constantFrom('ada', 'ben', 'cem'),
      clientId: fc.constantFrom('1', '2', '3', '4', '5', '6'),
    })
    fc.assert(
      fc.property(fc.array(input, { maxLength: 30 }), fc.integer({ min: 1, max: 8 }), (all, n) => {
        const before = all.map(({ author, clientId }) => pending(author, clientId))
        const after: Pending[] = []
        for (let waiting = before; waiting.length > 0;) {
          const { batch, rest } = nextBatch(waiting, n)
          const clientIds = batch.map(({ message }) => message.clientId)
          expect(new Set(clientIds).size).toBe(clientIds.length)
          expect(batch.length).toBeGreaterThan(0)
          expect(batch.length).toBeLessThanOrEqual(n)
          after.push(...batch)
          waiting = rest
        }
        for (const author of ['ada', 'ben', 'cem']) {
          const its = ({ message }: Pending) => message.authorId === author
          expect(after.filter(its)).toEqual(before.filter(its))
        }
        expect(after).toHaveLength(before.length)
      }),
      { seed: 5 },
    )
  })
})
