import { expect, test } from 'vitest'
import { Metrics, createHistogram } from './metrics.ts'
import type { Sample } from './metrics.ts'

/** The lines of our own metrics, without those of Node.js. */
async function linesOf(metrics: Metrics): Promise<string[]> {
  return (await metrics.text()).split('\n').filter((line) => line.startsWith('test_'))
}

test('what is kept elsewhere is read at each asking, and not before', async () => {
  const metrics = new Metrics()
  let value = 0
  let reads = 0
  const read = () => {
    reads++
    return value
  }
  metrics.counter({ name: 'test_total', help: 'Counted.', read })
  metrics.gauge({ name: 'test_now', help: 'Measured.', read })
  expect(reads).toBe(0)
  expect(await linesOf(metrics)).toEqual(['test_total 0', 'test_now 0'])
  value = 7
  expect(await linesOf(metrics)).toEqual(['test_total 7', 'test_now 7'])
  expect(await linesOf(metrics)).toEqual(['test_total 7', 'test_now 7'])
})

test('labels that are no longer told are no longer shown', async () => {
  const metrics = new Metrics()
  let samples: Sample[] = [
    [{ of: 'a' }, 1],
    [{ of: 'b' }, 2],
  ]
  metrics.gauge({ name: 'test_now', help: 'Measured.', labels: ['of'], read: () => samples })
  metrics.counter({ name: 'test_total', help: 'Counted.', labels: ['of'], read: () => samples })
  expect(await linesOf(metrics)).toHaveLength(4)
  samples = [[{ of: 'b' }, 3]]
  expect(await linesOf(metrics)).toEqual(['test_now{of="b"} 3', 'test_total{of="b"} 3'])
})

test('a histogram is seen once it was added, with what it observed before', async () => {
  const [shown, other] = [new Metrics(), new Metrics()]
  const histogram = createHistogram({ name: 'test_seconds', help: 'Timed.', buckets: [1, 2] })
  histogram.observe(1.5)
  expect(await linesOf(shown)).toEqual([])
  shown.add(histogram)
  expect(await linesOf(shown)).toEqual([
    'test_seconds_bucket{le="1"} 0',
    'test_seconds_bucket{le="2"} 1',
    'test_seconds_bucket{le="+Inf"} 1',
    'test_seconds_sum 1.5',
    'test_seconds_count 1',
  ])
  expect(await linesOf(other)).toEqual([])
})
