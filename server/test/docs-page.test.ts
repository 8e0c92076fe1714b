import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startChromium } from './servers/chromium.ts'
import { startApp } from './start-app.ts'

const browser = await startChromium()
afterAll(() => browser?.close())

describe.skipIf(browser === null)('in a browser', () => {
  let started: Awaited<ReturnType<typeof startApp>>
  beforeAll(async () => {
    started = await startApp()
  })
  afterAll(() => started.close())

  /** A page of its own, and whatever the browser complains about on it. */
  async function open(path: string, width = 1280) {
    const page = await browser!.newPage({ viewport: { width, height: 900 } })
    const complaints: string[] = []
    page.on('console', (line) => line.type() === 'error' && complaints.push(line.text()))
    page.on('pageerror', (error) => complaints.push(error.message))
    await page.goto(new URL(path, started.url).href)
    return { page, complaints }
  }

  test('a newcomer registers, authorizes, makes a room and sends a message on /docs', async () => {
    const { page, complaints } = await open('/docs')
    const { session } = await execute(page, 'Auth-register', 201)
    await authorize(page, session.accessToken)
    const room = await execute(page, 'Rooms-createRoom', 201)
    const sent = await execute(page, 'Messages-sendMessage', 201, { roomId: room.id })
    expect(sent).toMatchObject({ roomId: room.id, seq: 2, author: { username: 'ada' } })
    await page.reload()
    await page.locator('.scheme-container .btn.authorize.locked').waitFor() // still signed in
    expect(complaints).toEqual([])
    await page.close()
  }, 60_000)

  test('the page at / fits phone, tablet and desktop, and leads to /docs', async () => {
    const { page, complaints } = await open('/', 390)
    for (const width of [390, 768, 1280]) {
      await page.setViewportSize({ width, height: 900 })
      const overflow = await page.evaluate('document.documentElement.scrollWidth - innerWidth')
      expect(overflow).toBeLessThanOrEqual(0)
    }
    await page.getByRole('link', { name: 'Try the API' }).click()
    await page.getByRole('button', { name: 'Authorize' }).waitFor()
    expect(complaints).toEqual([])
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
  return JSON.parse(text) as { id: string; session: { accessToken: string } }
}

async function authorize(page: Page, token: string): Promise<void> {
  await page.locator('.scheme-container').getByRole('button', { name: 'Authorize' }).click()
  const dialog = page.locator('.dialog-ux')
  await dialog.locator('input').fill(token)
  await dialog.locator('.auth-btn-wrapper .authorize').click()
  await dialog.getByRole('button', { name: 'Close' }).click()
}
