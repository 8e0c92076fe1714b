import { afterEach, expect, test, vi } from 'vitest'
import type { AnyInput } from '../contract/endpoint.ts'
import { healthRoutes } from './health.ts'
import type { ReadinessChecks } from './health.ts'

afterEach(() => vi.useRealTimers())

const answers = async () => 1
const hangs = () => new Promise<never>(() => {})

/** What /readyz says, or why it refuses. */
function readiness(checks: Partial<ReadinessChecks>): Promise<unknown> {
  const all = { database: answers, redis: answers, draining: () => false, ...checks }
  const ready = healthRoutes(all).find(({ declaration }) => declaration.path === '/readyz')
  const asked = ready?.handle({} as AnyInput) // it reads nothing of the request
  return Promise.resolve(asked).then(
    (answer) => answer?.body,
    (error: Error) => error.message,
  )
}

test('who answers is ok, and a Redis that is away makes no node unready', async () => {
  expect(await readiness({})).toEqual({ status: 'ready', database: 'ok', redis: 'ok' })
  expect(await readiness({ redis: undefined })).toMatchObject({ redis: 'unused' })
  const away = async () => Promise.reject(new Error('away'))
  expect(await readiness({ redis: away })).toMatchObject({ status: 'ready', redis: 'failed' })
  expect(await readiness({ database: away })).toBe('the database does not answer')
  expect(await readiness({ draining: () => true })).toBe('this node is going down')
})

test('who hangs does not answer, after three seconds', async () => {
  vi.useFakeTimers()
  const told = readiness({ database: hangs })
  const toldOfRedis = readiness({ redis: hangs })
  await vi.advanceTimersByTimeAsync(3000)
  expect(await told).toBe('the database does not answer')
  expect(await toldOfRedis).toMatchObject({ database: 'ok', redis: 'failed' })
})

test('no timer is left behind a quick answer', async () => {
  vi.useFakeTimers()
  await readiness({})
  expect(vi.getTimerCount()).toBe(0)
})
