import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { grant } from '../test/scripted-server.ts'
import { ParleyError } from './error.ts'
import type { SessionGrant } from './generated/schemas.ts'
import { SessionKeeper } from './session-keeper.ts'

beforeEach(() => vi.useFakeTimers({ toFake: ['Date'] }))
afterEach(() => vi.useRealTimers())

const unavailable = new ParleyError('unavailable', 'unable to refresh', { status: 503 })

function keeperOf(refresh: (refreshToken: string) => Promise<SessionGrant>): SessionKeeper {
  const keeper = new SessionKeeper(refresh)
  keeper.hold(grant(1, 600))
  return keeper
}

test('a token is used as it is until half a minute before its end, then renewed', async () => {
  const keeper = keeperOf(async () => grant(2))
  vi.setSystemTime(Date.now() + 569_000)
  expect(await keeper.accessToken()).toBe('access-1')
  vi.setSystemTime(Date.now() + 1_000)
  expect(await keeper.accessToken()).toBe('access-2')
})

test('a renewal ahead of time that fails leaves the old token in use while it lives', async () => {
  const keeper = keeperOf(() => Promise.reject(unavailable))
  vi.setSystemTime(Date.now() + 590_000)
  expect(await keeper.accessToken()).toBe('access-1')
  vi.setSystemTime(Date.now() + 10_000)
  await expect(keeper.accessToken()).rejects.toBe(unavailable)
})

test('everyone who waits for a renewal gets the same one, the next renewal is a new one', async () => {
  let count = 1
  const keeper = keeperOf(async () => grant(++count))
  const tokens = await Promise.all([keeper.renew(), keeper.renew(), keeper.renew()])
  expect(tokens).toEqual(['access-2', 'access-2', 'access-2'])
  expect(await keeper.renew()).toBe('access-3')
})

test('a renewal can be tried again after one that failed', async () => {
  const answers = [() => Promise.reject(unavailable), () => Promise.resolve(grant(2))]
  const keeper = keeperOf(() => (answers.shift() ?? Promise.reject)())
  await expect(keeper.renew()).rejects.toBe(unavailable)
  expect(await keeper.renew()).toBe('access-2')
})

test('who logs in while a renewal is under way keeps the new session', async () => {
  const answers: ((session: SessionGrant) => void)[] = []
  const keeper = keeperOf(() => new Promise((resolve) => answers.push(resolve)))
  const renewal = keeper.renew()
  await vi.waitFor(() => expect(answers).toHaveLength(1))
  keeper.hold(grant(7))
  answers[0]?.(grant(2))
  expect(await renewal).toBe('access-7')
  expect(keeper.session).toEqual(grant(7))
})
