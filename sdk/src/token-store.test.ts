import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { problem, scriptedServer } from '../test/scripted-server.ts'
import { ParleyClient, tokenStore } from './index.ts'

beforeEach(() => vi.useFakeTimers({ toFake: ['Date'] }))
afterEach(() => vi.useRealTimers())

const ada = { id: 'u', username: 'ada' }
const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')

/** A token of ten minutes, made now by a clock that is wrong by so many seconds. */
function token(name: string, wrong = 0): string {
  const iat = Math.floor(Date.now() / 1000) + wrong
  return `${part({ alg: 'ES256' })}.${part({ iat, exp: iat + 600, jti: name })}.${name}`
}

const serverThatTakes = (good: () => string | undefined) =>
  scriptedServer(({ token: given }) =>
    given === good() ? { status: 200, body: ada } : problem(401, 'unauthenticated'),
  )

test('a token is asked for at the start, and again before it runs out', async () => {
  let good: string | undefined
  const { url } = await serverThatTakes(() => good)
  const source = vi.fn(async () => (good = token(`${source.mock.calls.length}`)))
  const client = new ParleyClient({ url, store: tokenStore(source) })
  expect(await client.me()).toEqual(ada)
  await client.me()
  expect(source).toHaveBeenCalledTimes(1)
  vi.setSystemTime(Date.now() + 580_000)
  expect(await client.me()).toEqual(ada)
  expect(source).toHaveBeenCalledTimes(2)
})

test('one the server refuses is asked for anew, once', async () => {
  const good = token('good')
  const { url } = await serverThatTakes(() => good)
  const tokens = [token('old'), good]
  const client = new ParleyClient({ url, store: tokenStore(() => tokens.shift()) })
  expect(await client.me()).toEqual(ada)
  const stubborn = new ParleyClient({ url, store: tokenStore(() => token('old')) })
  await expect(stubborn.me()).rejects.toMatchObject({ code: 'unauthenticated' })
})

test('a device whose clock is wrong asks no more often', async () => {
  for (const wrong of [-86_400, 86_400]) {
    const good = token('good', wrong)
    const { url } = await serverThatTakes(() => good)
    const source = vi.fn(() => good)
    const client = new ParleyClient({ url, store: tokenStore(source) })
    for (let times = 0; times < 3; times++) expect(await client.me()).toEqual(ada)
    expect(source).toHaveBeenCalledTimes(1)
  }
})

test('a source that fails is asked again; nobody, and what is no token, have errors of their own', async () => {
  const good = token('good')
  const { url } = await serverThatTakes(() => good)
  const answers = [() => Promise.reject(new Error('not now')), () => Promise.resolve(good)]
  const client = new ParleyClient({ url, store: tokenStore(() => answers.shift()?.()) })
  await vi.waitFor(async () => expect(await client.me()).toEqual(ada))
  const nobody = new ParleyClient({ url, store: tokenStore(() => undefined) })
  await expect(nobody.me()).rejects.toMatchObject({ code: 'no_session' })
  const wrong = new ParleyClient({ url, store: tokenStore(() => 'nothing') })
  await expect(wrong.me()).rejects.toMatchObject({ code: 'unexpected_answer' })
})
