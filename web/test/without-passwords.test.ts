/** PASSWORDS=off, as people meet it: a provider, passkeys, and nowhere a password. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startOpenIdProvider } from '../../server/test/servers/openid-provider.ts'
import type { OpenIdProvider } from '../../server/test/servers/openid-provider.ts'
import { freePort } from '../../server/test/servers/redis.ts'
import { startApp } from '../../server/test/start-app.ts'
import type { Started } from '../../server/test/start-app.ts'
import { useBrowser } from './browser.ts'

const { isThere, visitor } = await useBrowser()

describe.skipIf(!isThere)('in a browser, without passwords', { timeout: 90_000 }, () => {
  let app: Started
  let provider: OpenIdProvider
  beforeAll(async () => {
    provider = await startOpenIdProvider()
    const { issuer, clientId, clientSecret } = provider.settings('example')
    const port = await freePort()
    app = await startApp({
      env: {
        PASSWORDS: 'off',
        REGISTRATION: 'invitation',
        PORT: String(port),
        PUBLIC_URL: `http://localhost:${port}`,
        OIDC_PROVIDERS: 'example',
        OIDC_EXAMPLE_ISSUER: issuer,
        OIDC_EXAMPLE_CLIENT_ID: clientId,
        OIDC_EXAMPLE_CLIENT_SECRET: clientSecret,
        OIDC_EXAMPLE_LABEL: 'Company login',
      },
    })
  })
  afterAll(async () => {
    await app.close()
    await provider.close()
  })

  const home = () => app.url.replace('127.0.0.1', 'localhost')
  const passwordFields = (page: Page) => page.locator('input[type=password]')

  test('whoever is invited comes by the provider, adds a passkey and returns with it', async () => {
    provider.person = { sub: 'vera', preferred_username: 'vera', name: 'Vera' }
    const vera = await visitor(home())
    const { page } = vera
    await addAuthenticator(page)
    await vera.goTo('/forgot-password') // a bookmark from before
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    await page.getByRole('button', { name: 'Sign in with a passkey' }).waitFor()
    expect(await passwordFields(page).count()).toBe(0)
    expect(await page.getByRole('link', { name: /password|account/i }).count()).toBe(0)
    await page.getByRole('button', { name: 'Continue with Company login' }).click()
    await page.getByText('New accounts need an invitation here.').waitFor()

    await vera.goTo(`/sign-up#${await invitationOfRoot()}`)
    await page.reload() // another part behind the # is no other page
    await page.getByRole('heading', { name: 'Create an account' }).waitFor()
    expect(await passwordFields(page).count()).toBe(0)
    await page.getByRole('button', { name: 'Continue with Company login' }).click()
    await page.getByRole('button', { name: 'Sign out' }).waitFor()

    await vera.goTo('/settings/security')
    await page.getByRole('button', { name: 'Add a passkey' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Name').fill('Laptop')
    await dialog.getByRole('button', { name: 'Go on' }).click()
    await dialog.waitFor({ state: 'detached' })
    expect(await passwordFields(page).count()).toBe(0)
    await page.getByText('Company login', { exact: true }).waitFor()
    expect(await page.getByRole('button', { name: 'Link Company login' }).count()).toBe(0)
    await vera.goTo('/settings/account')
    await page.getByLabel('New address').fill('vera@example.org')
    await page.getByRole('button', { name: 'Change the address' }).click()
    await page.getByText('A link is on its way to vera@example.org').waitFor()
    expect(await passwordFields(page).count()).toBe(0)

    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByRole('button', { name: 'Sign in with a passkey' }).click()
    await page.getByRole('button', { name: 'Sign out' }).waitFor()
  })

  test('a page on which nobody can sign in says where to go', async () => {
    const product = { TRUSTED_ISSUER: 'https://a.example', TRUSTED_AUDIENCE: 'parley' }
    const embedded = await startApp({ env: { PASSWORDS: 'off', ...product } })
    const guest = await visitor(embedded.url)
    await guest.page.addInitScript('delete globalThis.PublicKeyCredential')
    await guest.goTo('/')
    await guest.page.getByText('Come by the application that led you here').waitFor()
    expect(await guest.page.locator('form').count()).toBe(0)
    const login = embedded.client().login({ login: 'vera', password: 'vera at parley' })
    await expect(login).rejects.toMatchObject({ code: 'passwords_off', status: 403 })
    await embedded.close()
  })

  /** The token of an invitation of somebody who came while passwords were taken. */
  async function invitationOfRoot(): Promise<string> {
    const before = await startApp({ databaseUrl: app.databaseUrl })
    const { userId } = await before.person('root')
    await before.close()
    const { administration, auth } = app.app.services
    await administration.promote('root')
    return (await auth.invitations.create(userId, {})).token
  }
})

/** A key of the machine itself, which its person has unlocked. */
async function addAuthenticator(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page)
  await session.send('WebAuthn.enable')
  await session.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
}
