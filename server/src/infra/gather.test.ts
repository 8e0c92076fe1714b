import { describe, expect, it, vi } from 'vitest'
import { Gather } from './gather.ts'

/** Batches that are answered when a test says. */
function held(options: { size?: number; atOnce?: number; keyOf?: (n: number) => unknown } = {}) {
  const batches: { inputs: readonly number[]; answer: (outputs: (string | Error)[]) => void }[] = []
  const gather = new Gather<number, string>({
    size: 10,
    ...options,
    run: (inputs) => new Promise((answer) => batches.push({ inputs, answer })),
  })
  const asked = (...numbers: number[]) => numbers.map((n) => gather.ask(n))
  const inputs = () => batches.map((batch) => batch.inputs)
  return { batches, asked, inputs }
}

const words = (inputs: readonly number[] = []) => inputs.map((n) => `answer ${n}`)

describe('gathered calls', () => {
  it('of one tick go together; those that come meanwhile wait for the next batch', async () => {
    const { batches, asked, inputs } = held()
    const early = asked(1, 2)
    await vi.waitFor(() => expect(inputs()).toEqual([[1, 2]]))
    const late = asked(3, 4)
    await new Promise((resolve) => setImmediate(resolve))
    expect(inputs()).toEqual([[1, 2]])
    batches[0]?.answer(words([1, 2]))
    expect(await Promise.all(early)).toEqual(['answer 1', 'answer 2'])
    await vi.waitFor(() =>
      expect(inputs()).toEqual([
        [1, 2],
        [3, 4],
      ]),
    )
    batches[1]?.answer(words([3, 4]))
    expect(await Promise.all(late)).toEqual(['answer 3', 'answer 4'])
  })

  it('go in batches of a size, so many at once, in the order they came', async () => {
    const { batches, asked, inputs } = held({ size: 2, atOnce: 2 })
    const all = asked(1, 2, 3, 4, 5)
    await vi.waitFor(() =>
      expect(inputs()).toEqual([
        [1, 2],
        [3, 4],
      ]),
    )
    batches[1]?.answer(words([3, 4]))
    await vi.waitFor(() => expect(inputs()).toHaveLength(3))
    batches[2]?.answer(words([5]))
    batches[0]?.answer(words([1, 2]))
    expect(await Promise.all(all)).toEqual(words([1, 2, 3, 4, 5]))
  })

  it('wait for more where they come thick, and not where one comes alone', async () => {
    const starts: { at: number; inputs: readonly number[] }[] = []
    const gather = new Gather<number, number>({
      size: 10,
      run: async (inputs) => {
        starts.push({ at: performance.now(), inputs })
        return inputs
      },
    })
    await Promise.all([1, 2].map((n) => gather.ask(n)))
    await Promise.all([3, 4, 5].map((n) => gather.ask(n)))
    expect(starts.map(({ inputs }) => inputs)).toEqual([
      [1, 2],
      [3, 4, 5],
    ])
    const [first, second] = starts.map(({ at }) => at)
    expect(Number(second) - Number(first)).toBeGreaterThanOrEqual(29)
    await gather.ask(6)
    const alone = performance.now()
    await gather.ask(7)
    expect(performance.now() - alone).toBeLessThan(29)
  })

  it('fail one by one where one is to blame, and together where the batch failed', async () => {
    const { batches, asked } = held()
    const [bad, good] = asked(1, 2)
    await vi.waitFor(() => expect(batches).toHaveLength(1))
    batches[0]?.answer([new Error('this one'), 'answer 2'])
    await expect(bad).rejects.toThrow('this one')
    expect(await good).toBe('answer 2')
    const broken = new Gather({ size: 2, run: () => Promise.reject(new Error('away')) })
    const all = await Promise.allSettled([broken.ask(1), broken.ask(2), broken.ask(3)])
    expect(all.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
  })

  it('under one key share an answer, but none that was under way before they asked', async () => {
    const { batches, asked, inputs } = held({ keyOf: (n) => n })
    const early = asked(7, 7)
    await vi.waitFor(() => expect(inputs()).toEqual([[7]]))
    const late = asked(7)
    batches[0]?.answer(['before'])
    expect(await Promise.all(early)).toEqual(['before', 'before'])
    await vi.waitFor(() => expect(inputs()).toEqual([[7], [7]]))
    batches[1]?.answer(['after'])
    expect(await Promise.all(late)).toEqual(['after'])
  })
})
