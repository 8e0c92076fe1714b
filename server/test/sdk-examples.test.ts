/** The examples do what they say, as they stand. */
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { startChromium } from './servers/chromium.ts'
import { startApp } from './start-app.ts'
import type { Started } from './start-app.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const browser = await startChromium()
afterAll(() => browser?.close())

test('the bot answers, once', async () => {
  const started = await startApp()
  const ada = await started.person('ada')
  const bot = await started.person('clock')
  await ada.connect()
  const room = await ada.rooms.openDirect(bot.userId)
  await room.load()
  const account = { BOT_NAME: 'clock', BOT_PASSWORD: 'clock at parley' }
  const child = spawn(process.execPath, ['--import', 'tsx', 'examples/bot.ts'], {
    cwd: root,
    env: { ...process.env, ...account, PARLEY_URL: started.url },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let said = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text))
  try {
    await vi.waitFor(() => expect(said).toContain('live'), 15_000)
    const { seq } = await room.send('!time')
    await room.send('never mind')
    const answers = () => room.messages.filter(({ author }) => author.id === bot.userId)
    await vi.waitFor(() => expect(answers()).toMatchObject([{ replyTo: seq }]))
  } finally {
    child.kill()
    ada.close()
  }
  const [code] = await once(child, 'exit')
  expect(code).toBe(0)
  await started.close()
})

describe.skipIf(browser === null)('the page', () => {
  let folder: string
  let files: ReturnType<typeof createServer>
  let origin: string
  let started: Started

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'parley-page-'))
    const compiler = join(root, 'node_modules', '@typescript', 'native', 'bin', 'tsc')
    const args = [compiler, '-p', join(root, 'sdk'), '--outDir', folder]
    await promisify(execFile)(process.execPath, args)
    files = createServer((request, response) => void serve(request.url ?? '', response))
    await new Promise<void>((resolve) => files.listen(0, '127.0.0.1', resolve))
    origin = `http://127.0.0.1:${(files.address() as AddressInfo).port}` // it listens on TCP
    started = await startApp({ env: { CORS_ORIGINS: origin } })
  }, 60_000)
  afterAll(async () => {
    await started.close()
    files.close()
    await rm(folder, { recursive: true })
  })

  /** As a web server beside `npm install` would. */
  async function serve(url: string, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(url, origin)
    const sdk = '/node_modules/@parley/client/dist/'
    const path = pathname.startsWith(sdk)
      ? join(folder, pathname.slice(sdk.length))
      : join(root, pathname.startsWith('/node_modules/') ? '' : 'examples', pathname)
    const types: Record<string, string> = { '.html': 'text/html', '.js': 'text/javascript' }
    const body = await readFile(path).catch(() => undefined)
    const type = types[extname(path).replace('.mjs', '.js')] ?? 'text/plain'
    response.writeHead(body ? 200 : 404, { 'content-type': type }).end(body)
  }

  test('is a chat without a bundler, and stays signed in', async () => {
    const ben = await started.person('ben')
    await started.person('ada')
    await ben.connect()
    const room = await ben.rooms.create({ kind: 'channel', name: 'Lobby' })
    await room.load()
    const page = await browser!.newPage()
    const complaints: string[] = []
    page.on('pageerror', (error) => complaints.push(error.message))
    await page.goto(`${origin}/page.html?server=${started.url}`)
    await page.fill('[name=login]', 'ada')
    await page.fill('[name=password]', 'wrong')
    await page.click('text=Sign in')
    await page.locator('output', { hasText: 'unable to log in' }).waitFor()
    await page.fill('[name=password]', 'ada at parley')
    await page.click('text=Sign in')
    await page.locator('#state', { hasText: 'live' }).waitFor()
    await page.fill('[name=text]', 'hello from a page')
    await page.press('[name=text]', 'Enter')
    await page.locator('li.sent', { hasText: 'ada: hello from a page' }).waitFor()
    await vi.waitFor(() => expect(room.messages.at(-1)?.text).toBe('hello from a page'))
    await room.send('hello from Ben')
    await page.locator('li.sent', { hasText: 'ben: hello from Ben' }).waitFor()
    await page.reload()
    await page.locator('li.sent', { hasText: 'ben: hello from Ben' }).waitFor()
    expect(await page.locator('li').count()).toBe(2)
    expect(complaints).toEqual([])
    await page.close()
    ben.close()
  }, 60_000)
})
