import axe from 'axe-core'
import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startChromium } from './servers/chromium.ts'
import { startApp } from './start-app.ts'
import type { Started } from './start-app.ts'

const browser = await startChromium()
afterAll(() => browser?.close())

describe.skipIf(browser === null)('in a browser', () => {
  let started: Started
  beforeAll(async () => {
    started = await startApp()
  })
  afterAll(() => started.close())

  /** A page of its own, and whatever the browser complains about on it. */
  async function open(path: string) {
    const page = await browser!.newPage({ viewport: { width: 1280, height: 900 } })
    const complaints: string[] = []
    page.on('console', (line) => line.type() === 'error' && complaints.push(line.text()))
    page.on('pageerror', (error) => complaints.push(error.message))
    await page.goto(new URL(path, started.url).href)
    return { page, complaints }
  }

  test('a newcomer registers on /docs, is authorized by the answer, makes a room and sends', async () => {
    const { page, complaints } = await open('/docs')
    await execute(page, 'Auth-register', 201)
    await authorized(page).waitFor()
    const room = await execute(page, 'Rooms-createRoom', 201)
    const sent = await execute(page, 'Messages-sendMessage', 201, { roomId: room.id })
    expect(sent).toMatchObject({ roomId: room.id, seq: 2, author: { username: 'ada' } })
    await page.reload()
    await authorized(page).waitFor() // still signed in
    await page.getByText('Signed in as ada.').waitFor()
    expect(complaints).toEqual([])
    await page.close()
  }, 60_000)

  test('one click makes an account to try things with, another one deletes it', async () => {
    const { page, complaints } = await open('/docs')
    await page.getByRole('button', { name: 'Try with a new account' }).click()
    await page.getByText(/Signed in as trial-\w+\./).waitFor()
    const { username } = await execute(page, 'Users-readOwnProfile', 200)
    expect(username).toMatch(/^trial-\w+$/)
    await page.getByRole('button', { name: 'Delete this account' }).click()
    await page.getByRole('button', { name: 'Try with a new account' }).waitFor()
    await page.locator('.scheme-container .btn.authorize.unlocked').waitFor()
    expect(complaints).toEqual([])
    const login = { login: username, password: 'whatever it was' }
    await expect(started.client().login(login)).rejects.toMatchObject({
      code: 'invalid_credentials',
    })
    await page.context().setOffline(true)
    await page.getByRole('button', { name: 'Try with a new account' }).click()
    await page.getByRole('status').getByText('the server could not be reached').waitFor()
    await page.close()
  }, 60_000)

  test.each(['/docs/socket', '/docs/protocol'])(
    '%s fits phone, tablet and desktop, in both themes, for everyone',
    async (path) => {
      const { page, complaints } = await open(path)
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme })
        for (const width of [390, 768, 1280]) {
          await page.setViewportSize({ width, height: 900 })
          expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBe(0)
        }
        expect(await barriers(page, colorScheme === 'dark' ? ['color-contrast'] : [])).toEqual([])
      }
      expect(complaints).toEqual([])
      await page.close()
    },
    60_000,
  )

  test('the contents of /docs/socket lead to a command, and that to its rule', async () => {
    const { page, complaints } = await open('/docs/socket')
    await page.locator('.contents').getByRole('link', { name: 'typing.set' }).click()
    await page.getByRole('heading', { name: 'typing.set' }).waitFor()
    await page.locator('section:has(:target)').getByRole('link', { name: 'E1' }).click()
    await page.locator('li:target', { hasText: 'typing' }).waitFor()
    expect(new URL(page.url())).toMatchObject({ pathname: '/docs/protocol', hash: '#e1' })
    expect(complaints).toEqual([])
    await page.close()
  }, 60_000)

  test('the page at / leads to /docs', async () => {
    const { page } = await open('/')
    await page.getByRole('link', { name: 'Try the API' }).click()
    await page.getByRole('button', { name: 'Authorize' }).waitFor()
    await page.close()
  }, 60_000)
})

/** Opens an operation, fills its path, presses Execute and returns what came back. */
async function execute(
  page: Page,
  operation: string,
  status: number,
  path: Record<string, string> = {},
) {
  const block = page.locator(`#operations-${operation}`)
  await block.locator('.opblock-summary-control').click()
  for (const [name, value] of Object.entries(path)) {
    await block.locator(`tr[data-param-name="${name}"] input`).fill(value)
  }
  await block.getByRole('button', { name: 'Execute' }).click()
  const answer = block.locator('.live-responses-table .response')
  await answer.locator('.response-col_status', { hasText: String(status) }).waitFor()
  return bodyOf(answer)
}

async function bodyOf(answer: Locator) {
  const text = await answer.locator('.highlight-code code').first().innerText()
  // Whichever operation it was of: the test reads what it needs.
  return JSON.parse(text) as { id: string; username: string }
}

function authorized(page: Page): Locator {
  return page.locator('.scheme-container .btn.authorize.locked')
}

/** What axe finds, by these rules or all, that would keep somebody out. */
async function barriers(page: Page, rules: string[]): Promise<string[]> {
  await page.evaluate(axe.source)
  const options = rules.length > 0 ? { runOnly: rules } : {}
  // What axe answers, as far as a test reads it.
  const { violations } = (await page.evaluate(`axe.run(${JSON.stringify(options)})`)) as {
    violations: { id: string; nodes: { html: string }[] }[]
  }
  return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)
}
