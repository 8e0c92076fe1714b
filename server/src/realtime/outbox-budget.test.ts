import { describe, expect, it } from 'vitest'
import { Outbox } from './outbox.ts'
import { overBudget } from './outbox-budget.ts'
import { joinFrames } from './wire.ts'

const packet = (bytes: number) => joinFrames([Buffer.alloc(bytes)])

/** A reader that reads nothing, with these packets waiting. */
function reader(name: string, sizes: readonly ReturnType<typeof packet>[]) {
  const socket = { write: () => true } as unknown as { write: never }
  const outbox = new Outbox({ socket, counts: { framesSent: 0 }, onSlow: () => undefined })
  for (const one of sizes) outbox.push(one)
  return { name, outbox }
}

describe('the outbox budget', () => {
  it('S6 cuts the fattest first, and no more than it takes', () => {
    const small = reader('small', [packet(100)])
    const fat = reader('fat', [packet(700), packet(200)])
    const middle = reader('middle', [packet(400)])
    const all = [small, fat, middle]
    expect(overBudget(all, 1400)).toEqual([])
    expect(overBudget(all, 1399).map(({ name }) => name)).toEqual(['fat'])
    expect(overBudget(all, 300).map(({ name }) => name)).toEqual(['fat', 'middle'])
  })

  it('S6 counts what waits for many once', () => {
    const shared = [packet(500), packet(500)]
    const many = Array.from({ length: 50 }, (_, n) => reader(`${n}`, shared))
    expect(overBudget(many, 1000)).toEqual([])
    const alone = reader('alone', [packet(1200)])
    expect(overBudget([...many, alone], 1000).map(({ name }) => name)).toEqual(['alone'])
  })
})
