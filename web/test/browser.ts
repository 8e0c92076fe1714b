/** People at browsers, for the length of a test. */
import type { BrowserContextOptions } from 'playwright-core'
import { afterAll, afterEach, expect } from 'vitest'
import { startChromium } from '../../server/test/servers/chromium.ts'
import { Person } from './person.ts'

/** Narrow, and touched by fingers. */
export const phone: BrowserContextOptions = {
  viewport: { width: 390, height: 800 },
  hasTouch: true,
  isMobile: true,
}

const desktop: BrowserContextOptions = { viewport: { width: 1280, height: 800 } }

/** Call it beside the tests. After each, the browser must not have complained about anything. */
export async function useBrowser() {
  const browser = await startChromium()
  const people = new Set<Person>()
  afterEach(async () => {
    const complaints = [...people].flatMap((person) => person.complaints)
    await Promise.all([...people].map(({ context }) => context.close()))
    people.clear()
    expect(complaints).toEqual([])
  })
  afterAll(() => browser?.close())

  /** Somebody with an empty browser. */
  async function visitor(url: string, options: BrowserContextOptions = {}): Promise<Person> {
    if (!browser) throw new Error('unable to open a page; there is no browser')
    const context = await browser.newContext({ ...desktop, ...options })
    context.setDefaultTimeout(20_000) // a busy machine, not a slow client
    const person = new Person(await context.newPage(), url, (tab) => people.add(tab))
    return person
  }

  /** Somebody `startApp` made, with a session in the cookie, on this page; without the sign-in,
   *  which has its own test. */
  async function signedIn(
    url: string,
    username: string,
    { path = '/', ...options }: BrowserContextOptions & { path?: string } = {},
  ): Promise<Person> {
    const person = await visitor(url, options)
    const cookie = { data: await logIn(url, username), headers: { origin: url } }
    const answer = await person.context.request.post(`${url}/v1/auth/browser-session`, cookie)
    expect(answer.ok()).toBe(true)
    await person.goTo(path)
    return person
  }
  return { isThere: browser !== null, visitor, signedIn }
}

async function logIn(url: string, username: string): Promise<{ refreshToken: string }> {
  const answer = await fetch(`${url}/v1/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ login: username, password: `${username} at parley` }),
  })
  // As openapi.json has it.
  const { session } = (await answer.json()) as { session: { refreshToken: string } }
  return { refreshToken: session.refreshToken }
}
