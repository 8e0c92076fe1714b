/** Signing in with a provider as a real browser does it: its cookies, across two sites. */
import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startChromium } from './servers/chromium.ts'
import { startOpenIdProvider } from './servers/openid-provider.ts'
import type { OpenIdProvider } from './servers/openid-provider.ts'
import { startApp } from './start-app.ts'
import type { Started } from './start-app.ts'

const browser = await startChromium()
afterAll(() => browser?.close())

describe.skipIf(browser === null)('a browser', () => {
  let started: Started
  let provider: OpenIdProvider
  let home: string

  beforeAll(async () => {
    provider = await startOpenIdProvider()
    const probe = createServer().listen(0)
    await once(probe, 'listening')
    const { port } = probe.address() as AddressInfo // it listens on TCP
    probe.close()
    home = `http://localhost:${port}` // another site than the provider's 127.0.0.1
    const { issuer, clientId, clientSecret } = provider.settings('example')
    const env = {
      PORT: String(port),
      PUBLIC_URL: home,
      OIDC_PROVIDERS: 'example',
      OIDC_EXAMPLE_ISSUER: issuer,
      OIDC_EXAMPLE_CLIENT_ID: clientId,
      OIDC_EXAMPLE_CLIENT_SECRET: clientSecret,
    }
    started = await startApp({ env })
  }, 60_000)
  afterAll(async () => {
    await started.close()
    await provider.close()
  })

  const begin = `(async () => {
    const headers = { 'content-type': 'application/json' }
    const body = JSON.stringify({ returnTo: '/healthz?back' })
    const options = { method: 'POST', headers, body }
    location.href = (await (await fetch('/v1/auth/openid/example', options)).json()).url
  })()`
  const refresh = `(async () => {
    const answer = await fetch('/v1/auth/browser-session/refresh', { method: 'POST' })
    const { session } = await answer.json()
    const headers = { authorization: 'Bearer ' + session?.accessToken }
    return (await (await fetch('/v1/users/me', { headers })).json()).displayName
  })()`

  test('comes back signed in, its token out of the reach of the page', async () => {
    const page = await browser!.newPage()
    await page.goto(`${home}/healthz`)
    await page.evaluate(begin)
    await page.waitForURL(`${home}/healthz?back`)
    expect(await page.evaluate(refresh)).toBe('Ada Lovelace')
    expect(await page.evaluate('document.cookie')).toBe('')
    await page.close()
  }, 30_000)

  test('that was refused is sent to the page with what was wrong', async () => {
    provider.signing = 'another key'
    const page = await browser!.newPage()
    await page.goto(`${home}/healthz`)
    await page.evaluate(begin)
    await page.waitForURL(`${home}/healthz?back#sign-in-error=invalid_sign_in`)
    await page.close()
  }, 30_000)
})
