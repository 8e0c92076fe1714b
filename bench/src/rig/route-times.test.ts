import { describe, expect, it } from 'vitest'
import { bucketsOf, quantileMs } from './route-times.ts'

const line = (le: string, route: string, status: number, count: number): string =>
  `parley_http_request_duration_seconds_bucket{le="${le}",method="GET",route="${route}",status="${status}"} ${count}`
const route = '/v1/rooms/{roomId}/messages'
const times = (...counts: [bound: number, count: number][]) => ({ within: new Map(counts) })

describe('the times of a route in /metrics', () => {
  it('are those of the route asked for, over every status', () => {
    const page = [
      '# TYPE parley_http_request_duration_seconds histogram',
      line('0.002', route, 200, 3),
      line('+Inf', route, 200, 5),
      line('0.002', route, 404, 1),
      line('+Inf', route, 404, 1),
      line('+Inf', '/v1/rooms', 200, 100),
      line('+Inf', route, 200, 7).replace('GET', 'POST'),
      'parley_http_request_duration_seconds_sum{method="GET"} 1',
    ].join('\n')
    expect(bucketsOf(page, route)).toEqual(
      new Map([
        [0.002, 4],
        [Infinity, 6],
      ]),
    )
  })

  it('between two readings are spread evenly within a bucket', () => {
    const before = times([0.002, 10], [0.005, 10], [Infinity, 10])
    const after = times([0.002, 60], [0.005, 110], [Infinity, 110])
    expect(quantileMs(0.5, before, after)).toBeCloseTo(2)
    expect(quantileMs(0.25, before, after)).toBeCloseTo(1)
    expect(quantileMs(0.75, before, after)).toBeCloseTo(3.5)
  })

  it('past the last bound are without one', () => {
    expect(quantileMs(0.99, times(), times([0.002, 1], [Infinity, 2]))).toBe(Infinity)
  })

  it('of no requests are no number', () => {
    const same = times([0.002, 4], [Infinity, 4])
    expect(quantileMs(0.5, same, same)).toBeNaN()
  })
})
