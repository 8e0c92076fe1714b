import { afterAll, beforeAll, describe, expect, it, test, vi } from 'vitest'
import { awaitMail, readMail, tokenOf } from './mailbox.ts'
import { startChromium } from './servers/chromium.ts'
import { startMailServer } from './servers/mail.ts'
import { startApp } from './start-app.ts'
import type { Started } from './start-app.ts'

const newPassword = 'notes by the translator'

it('a person who forgot her password gets a new one through a real mail server', async () => {
  const server = await startMailServer()
  const env = { SMTP_URL: server.url, PUBLIC_URL: 'http://localhost:3000' }
  const started = await startApp({ env })
  // PUBLIC_URL is who this server is: other hosts are refused.
  const post = async (url: string, payload: object) => {
    const headers = { host: 'localhost:3000' }
    return (await started.app.server.inject({ method: 'POST', url, headers, payload })).statusCode
  }
  const mail = (subject: RegExp) =>
    vi.waitFor(() => {
      const read = server.received.map(({ content }) => readMail(content))
      const found = read.findLast((one) => subject.test(one.subject))
      if (!found) throw new Error(`no mail about ${subject.source}`)
      return found
    })
  const email = 'ada@example.org'
  await post('/v1/auth/register', { username: 'ada', email, password: 'ada at parley' })
  const welcome = await mail(/Confirm/)
  expect(welcome).toMatchObject({ from: 'Parley <no-reply@localhost>', to: email })
  expect(welcome.html).toContain(tokenOf(welcome))
  expect(await post('/v1/auth/password-reset', { email })).toBe(202)
  const token = tokenOf(await mail(/Choose a new password/))
  expect(await post('/v1/auth/password-reset/confirm', { token, newPassword })).toBe(204)
  expect(await post('/v1/auth/login', { login: 'ada', password: newPassword })).toBe(200)
  await started.close()
  await server.close()
})

const browser = await startChromium()
afterAll(() => browser?.close())

describe.skipIf(browser === null)('the links of mails, in a browser', () => {
  let started: Started
  beforeAll(async () => {
    started = await startApp()
  })
  afterAll(() => started.close())

  async function open(email: string, subject: RegExp) {
    const { text } = await awaitMail(started.dataDir, email, subject)
    const hash = /#\S+/.exec(text)?.[0] ?? ''
    const page = await browser!.newPage()
    const complaints: string[] = []
    page.on('pageerror', (error) => complaints.push(error.message))
    const asked: string[] = []
    page.on('request', (request) => asked.push(request.url()))
    await page.goto(`${started.url}/account.html${hash}`)
    return { page, complaints, asked, token: hash.split('/')[1] ?? '' }
  }

  test('confirm an address, and choose a new password; their tokens stay in the browser', async () => {
    const ada = await started.person('ada')
    const first = await open('ada@example.org', /Confirm/)
    await first.page.getByRole('button', { name: 'Confirm' }).click()
    await first.page.getByText('your address is confirmed').waitFor()
    expect(await ada.me()).toMatchObject({ emailVerified: true })

    await ada.http.POST('/v1/auth/password-reset', { body: { email: 'ada@example.org' } })
    const { page, complaints, asked, token } = await open('ada@example.org', /Choose/)
    await page.getByLabel('New password').fill('password')
    await page.getByRole('button', { name: 'Change the password' }).click()
    await page.getByText('too common').waitFor()
    await page.getByLabel('New password').fill(newPassword)
    await page.getByRole('button', { name: 'Change the password' }).click()
    await page.getByText('Your password is changed').waitFor()
    await started.client().login({ login: 'ada', password: newPassword })
    expect(asked.filter((url) => new URL(url).href.replace(/#.*/, '').includes(token))).toEqual([])
    expect(await page.evaluate('location.href')).not.toContain(token)
    expect(complaints).toEqual([])
  }, 60_000)
})
