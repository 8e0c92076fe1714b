import { afterEach, expect, test, vi } from 'vitest'
import { grant, problem, scriptedServer } from '../test/scripted-server.ts'
import { ParleyClient, localSessionStore } from './index.ts'
import type { SessionStore, StoredSession } from './index.ts'

afterEach(() => vi.unstubAllGlobals())

const ada = { id: 'u', username: 'ada' }

/** A server whose access tokens are numbered; `used` are the refresh tokens it was shown. */
async function server() {
  let current = 1
  const used: unknown[] = []
  const { url } = await scriptedServer(({ path, token, body }) => {
    if (path === '/v1/auth/login') return { status: 200, body: { user: ada, session: grant(1) } }
    if (path === '/v1/auth/refresh') {
      used.push(body)
      return { status: 200, body: { session: grant(++current) } }
    }
    if (path === '/v1/auth/logout') return { status: 204 }
    return token === `access-${current}`
      ? { status: 200, body: ada }
      : problem(401, 'unauthenticated')
  })
  return { url, used, expire: () => current++ }
}

/** What a browser offers. */
function stubLocalStorage(): Map<string, string> {
  const items = new Map<string, string>()
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => items.set(key, value),
    removeItem: (key: string) => items.delete(key),
  })
  return items
}

test('a session in localStorage outlives the page, until it is logged out', async () => {
  const items = stubLocalStorage()
  const { url } = await server()
  const store = localSessionStore()
  const first = new ParleyClient({ url, store })
  expect(await first.isSignedIn()).toBe(false)
  await first.login({ login: 'ada', password: 'secret' })
  const second = new ParleyClient({ url, store })
  expect(await second.isSignedIn()).toBe(true)
  expect(await second.me()).toEqual(ada)
  await second.logout()
  expect(items.size).toBe(0)
  expect(await new ParleyClient({ url, store }).isSignedIn()).toBe(false)
})

test('two tabs never show the same refresh token twice: the second takes what the first got', async () => {
  stubLocalStorage()
  const { url, used, expire } = await server()
  const store = localSessionStore()
  const first = new ParleyClient({ url, store })
  await first.login({ login: 'ada', password: 'secret' })
  const second = new ParleyClient({ url, store })
  await second.isSignedIn()
  expire()
  await first.me()
  await second.me()
  expect(used).toEqual([{ refreshToken: 'refresh-1' }])
  expect(second.session).toMatchObject(grant(3))
})

test('a store may answer later, and one that fails costs nothing but its memory', async () => {
  const { url } = await server()
  let kept: StoredSession | undefined
  const slow: SessionStore = {
    read: () => new Promise((resolve) => setTimeout(() => resolve(kept), 5)),
    write: async (session) => void (kept = session),
  }
  await new ParleyClient({ url, store: slow }).login({ login: 'ada', password: 'secret' })
  expect(kept).toMatchObject(grant(1))
  expect(await new ParleyClient({ url, store: slow }).me()).toEqual(ada)
  const broken: SessionStore = {
    read: () => Promise.reject(new Error('not today')),
    write: () => {
      throw new Error('not today')
    },
  }
  const client = new ParleyClient({ url, store: broken })
  await client.login({ login: 'ada', password: 'secret' })
  expect(await client.me()).toEqual(ada)
})
