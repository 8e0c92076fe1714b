import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { PositionCheck } from './position-check.ts'
import { Slices } from './slices.ts'

const names = Array.from({ length: 600 }, () => `room:${randomUUID()}`)

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

describe('slices', () => {
  it('give every name its turn once in so many seconds, and always the same one', () => {
    const seen: string[][] = []
    const look = (isDue: (name: string) => boolean) => void seen.push(names.filter(isDue))
    const slices = new Slices({ count: 5, isBusy: () => false, look })
    slices.start()
    vi.advanceTimersByTime(10_000)
    slices.close()
    vi.advanceTimersByTime(10_000)
    expect(seen).toHaveLength(10)
    expect(seen.slice(0, 5).flat().sort()).toEqual([...names].sort())
    expect(seen.slice(5)).toEqual(seen.slice(0, 5))
  })

  it('wait while the last one is looked through, and leave none out for it', () => {
    const seen: string[] = []
    let isBusy = false
    const look = (isDue: (name: string) => boolean) => void seen.push(...names.filter(isDue))
    const slices = new Slices({ count: 5, isBusy: () => isBusy, look })
    slices.start()
    vi.advanceTimersByTime(2000)
    isBusy = true
    vi.advanceTimersByTime(7000)
    isBusy = false
    vi.advanceTimersByTime(3000)
    slices.close()
    expect(seen.sort()).toEqual([...names].sort())
  })
})

describe('the check of positions', () => {
  function checkOf(bus: { isUp: boolean }) {
    const log = new Map(names.map((name, at) => [name, at]))
    const told: [string, number][] = []
    const errors: unknown[] = []
    const asked: number[] = []
    const check = new PositionCheck({
      bus: { ...bus, onReturn: () => undefined },
      source: {
        lastSeqs: async (topics) => {
          asked.push(topics.length)
          if (asked.length === 1) throw new Error('the database is away')
          return new Map(topics.map((name) => [name, log.get(name) ?? 0]))
        },
      },
      names: () => names,
      recover: async (name, lastSeq) => void told.push([name, lastSeq]),
      onError: (error) => void errors.push(error),
    })
    check.start()
    return { check, log, told, errors, asked }
  }

  it('H2 compares each topic once in 30 s, whatever one of the questions met', async () => {
    const { check, log, told, errors } = checkOf({ isUp: true })
    await vi.advanceTimersByTimeAsync(31_000) // the first question is asked again after the round
    check.close()
    expect(errors).toHaveLength(1)
    expect(new Map(told)).toEqual(log)
    expect(told).toHaveLength(names.length)
  })

  it('H2 compares all of them each second while the bus is away', async () => {
    const { check, asked } = checkOf({ isUp: false })
    await vi.advanceTimersByTimeAsync(3000)
    check.close()
    expect(asked).toEqual([names.length, names.length, names.length])
  })
})
