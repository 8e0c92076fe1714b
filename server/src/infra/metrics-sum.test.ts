import { expect, test } from 'vitest'
import { Metrics, createHistogram } from './metrics.ts'
import { MetricsSum } from './metrics-sum.ts'

/** A process with one metric of each kind. */
function counting() {
  const metrics = new Metrics()
  const values = { total: 0, now: 0, up: 1, lag: 0 }
  metrics.counter({
    name: 'test_total',
    help: 'Counted.',
    labels: ['of'],
    read: () => [[{ of: 'a' }, values.total]],
  })
  metrics.gauge({ name: 'test_now', help: 'Measured.', read: () => values.now })
  metrics.gauge({ name: 'test_up', help: 'All?', together: 'min', read: () => values.up })
  metrics.gauge({ name: 'test_lag', help: 'Worst.', together: 'max', read: () => values.lag })
  const histogram = createHistogram({ name: 'test_seconds', help: 'Timed.', buckets: [1] })
  metrics.add(histogram)
  return { metrics, values, histogram }
}

/** Two processes that answer at once, and their sum. */
function pair() {
  const processes = new Map([
    [1, counting()],
    [2, counting()],
  ])
  const sum: MetricsSum = new MetricsSum({
    ask: () => {
      for (const [id, { metrics }] of processes) {
        void metrics.snapshot().then((snapshot) => sum.take(id, snapshot))
      }
      return [...processes.keys()]
    },
  })
  const lines = async () =>
    (await sum.text()).split('\n').filter((line) => line.startsWith('test_'))
  const end = (id: number) => {
    processes.delete(id)
    sum.forget(id)
  }
  const of = (id: number) => processes.get(id) ?? counting()
  return { first: of(1), second: of(2), sum, lines, end }
}

test('counters and histograms are summed, gauges become what they say', async () => {
  const { first, second, lines } = pair()
  Object.assign(first.values, { total: 3, now: 2, up: 0, lag: 0.5 })
  Object.assign(second.values, { total: 4, now: 5, up: 1, lag: 0.1 })
  first.histogram.observe(0.5)
  second.histogram.observe(2)
  expect(await lines()).toEqual([
    'test_total{of="a"} 7',
    'test_now 7',
    'test_up 0',
    'test_lag 0.5',
    'test_seconds_bucket{le="1"} 1',
    'test_seconds_bucket{le="+Inf"} 2',
    'test_seconds_sum 2.5',
    'test_seconds_count 2',
  ])
})

test('what a dead process had counted stays, what it measured goes', async () => {
  const { first, second, lines, end } = pair()
  Object.assign(first.values, { total: 3, now: 2 })
  Object.assign(second.values, { total: 4, now: 5 })
  first.histogram.observe(0.5)
  await lines()
  end(1)
  for (const total of [4, 6]) {
    second.values.total = total
    const shown = await lines()
    expect(shown).toContain(`test_total{of="a"} ${total + 3}`)
    expect(shown).toContain('test_now 5')
    expect(shown).toContain('test_seconds_count 1')
  }
  end(2)
  expect(await lines()).toContain('test_total{of="a"} 9')
})

test('a process that ends or hangs while it is asked keeps nobody waiting', async () => {
  const { metrics, values } = counting()
  values.total = 3
  const sum = new MetricsSum({ ask: () => [1, 2] })
  const answer = sum.text()
  expect(sum.text()).toBe(answer)
  await new Promise((resolve) => setImmediate(resolve)) // both have been asked
  sum.take(1, await metrics.snapshot())
  sum.forget(2)
  expect(await answer).toContain('test_total{of="a"} 3')
  // The first does not answer now: it is shown as it was.
  sum.take(2, [])
  expect(await sum.text()).toContain('test_total{of="a"} 3')
})

test('the busiest event loop is shown, not the average', async () => {
  const snapshot = await new Metrics().snapshot()
  const lag = snapshot.find(({ name }) => name === 'nodejs_eventloop_lag_p99_seconds')
  expect(lag?.aggregator).toBe('max')
})
