import { expect, it } from 'vitest'
import { ParleyClient, cookieSessionStore } from '@parley/client'
import type { Fetch } from '@parley/client'
import { startApp } from './start-app.ts'

/** What a browser does: keeps the cookie of this origin and shows it where credentials are included. */
function browserFetch(inner: Fetch, origin: string) {
  let jar = ''
  const fetch: Fetch = async (request) => {
    if (request.credentials !== 'include') return inner(request)
    const headers = new Headers(request.headers)
    headers.set('origin', origin)
    if (jar !== '') headers.set('cookie', jar)
    const response = await inner(new Request(request, { headers }))
    const [cookie] = response.headers.getSetCookie()
    if (cookie) jar = cookie.split(';', 1)[0] ?? ''
    return response
  }
  return { fetch, jar: () => jar }
}

it('a session in a cookie outlives the page and is renewed by it, until it is logged out', async () => {
  const started = await startApp()
  const { url, check } = started
  const browser = browserFetch(check.fetch, url)
  const page = () =>
    new ParleyClient({
      url,
      fetch: check.fetch,
      WebSocket: check.WebSocket,
      store: cookieSessionStore(url, browser.fetch),
    })
  const first = page()
  expect(await first.isSignedIn()).toBe(false)
  const account = { username: 'ada', email: 'ada@example.org', password: 'ada at parley' }
  await first.register(account)
  const second = page()
  expect(await second.isSignedIn()).toBe(true)
  expect(second.session?.refreshToken).toBe('')
  expect(browser.jar()).not.toContain(first.session?.refreshToken)
  // Each renews by the cookie, one after the other and both at once.
  for (const client of [first, second]) await client.refresh()
  await Promise.all([first.refresh(), second.refresh()])
  await second.connect()
  expect(second.user?.username).toBe('ada')
  second.close()
  expect((await first.me()).username).toBe('ada')
  await first.logout()
  expect(await page().isSignedIn()).toBe(false)
  await expect(second.refresh()).rejects.toMatchObject({ code: 'no_session' })
  await started.close()
})
