import { describe, expect, it } from 'vitest'
import { DeliveryCheck, noFaults } from './delivery-check.ts'
import type { SenderTotal } from './delivery-check.ts'

const room = 'room'
const totals = (...all: number[]): SenderTotal[] =>
  all.map((total, sender) => ({ sender, room, total }))

function checked(received: readonly (readonly [sender: number, number: number])[]) {
  const check = new DeliveryCheck()
  for (const [sender, number] of received) check.take(sender, number)
  return check
}

function faultsOf(check: DeliveryCheck, expected: readonly SenderTotal[]) {
  const faults = noFaults()
  check.addTo(faults, expected)
  return faults
}

const from0 = (...numbers: number[]) => numbers.map((number) => [0, number] as const)

describe('the check of what one member received', () => {
  it('finds nothing where every number came once and in order, of each sender', () => {
    const check = checked([
      [0, 1],
      [1, 1],
      [0, 2],
      [1, 2],
      [1, 3],
    ])
    expect(check.isComplete(totals(2, 3))).toBe(true)
    expect(faultsOf(check, totals(2, 3))).toEqual(noFaults())
  })

  it('a number that was skipped is lost, once', () => {
    const check = checked(from0(1, 2, 5))
    expect(check.isComplete(totals(5))).toBe(false)
    expect(faultsOf(check, totals(5))).toEqual({ lost: 2, doubled: 0, outOfOrder: 0 })
  })

  it('what comes late is out of order, not lost and not doubled', () => {
    const check = checked(from0(1, 3, 2, 4))
    expect(check.isComplete(totals(4))).toBe(true)
    expect(faultsOf(check, totals(4))).toEqual({ lost: 0, doubled: 0, outOfOrder: 1 })
  })

  it('a repeat is doubled, whether the number came in order or late', () => {
    const check = checked(from0(1, 1, 3, 2, 2, 3))
    expect(faultsOf(check, totals(3))).toEqual({ lost: 0, doubled: 3, outOfOrder: 1 })
  })

  it('what the end of a run lacks is lost, also of a sender nothing was heard of', () => {
    const check = checked(from0(1, 2))
    expect(check.isComplete(totals(4, 3))).toBe(false)
    expect(faultsOf(check, totals(4, 3))).toEqual({ lost: 5, doubled: 0, outOfOrder: 0 })
  })

  it('a message that was sent without an acknowledgement may be there: it makes up for nothing', () => {
    const check = checked([...from0(1, 2, 3), [1, 1]])
    expect(faultsOf(check, totals(2, 2))).toEqual({ lost: 1, doubled: 0, outOfOrder: 0 })
  })

  it('senders of rooms she is not in are nobody of hers', () => {
    expect(checked([]).isComplete([])).toBe(true)
  })

  it('counts on from what several members had', () => {
    const faults = noFaults()
    checked(from0(2)).addTo(faults, totals(2))
    checked(from0(1, 1)).addTo(faults, totals(1))
    expect(faults).toEqual({ lost: 1, doubled: 1, outOfOrder: 0 })
  })

  it('another run begins with nothing', () => {
    const check = checked(from0(1, 3, 3))
    check.reset()
    check.take(0, 1)
    expect(faultsOf(check, totals(1))).toEqual(noFaults())
  })
})
