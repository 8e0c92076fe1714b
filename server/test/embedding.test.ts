/** A product that brings its own users, as docs/embedding.md tells it: the examples as they stand,
 *  beside the real server. */
import { execFile, spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { ParleyClient, tokenStore } from '@parley/client'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { startApp } from './start-app.ts'
import type { Started } from './start-app.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const tsx = ['--import', 'tsx']

let started: Started
let product: ChildProcess
let issuer: string

beforeAll(async () => {
  const port = await freePort()
  issuer = `http://localhost:${port}`
  const env = { ...process.env, PORT: String(port) }
  product = spawn(process.execPath, [...tsx, 'examples/embedding.ts'], { cwd: root, env })
  let said = ''
  product.stdout?.setEncoding('utf8').on('data', (text: string) => (said += text))
  const trusted = { TRUSTED_ISSUER: issuer, TRUSTED_AUDIENCE: 'parley' }
  const keys = { TRUSTED_JWKS_URL: `${issuer}/jwks.json` }
  started = await startApp({ env: { REGISTRATION: 'closed', ...trusted, ...keys } })
  await vi.waitFor(() => {
    if (!said.includes('the product is at')) throw new Error(`it says: ${said}`)
  }, 15_000)
}, 60_000)
afterAll(async () => {
  product.kill()
  await once(product, 'exit')
  await started.close()
})

async function freePort(): Promise<number> {
  const server = createServer().listen(0)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo // it listens on TCP
  server.close()
  await once(server, 'close')
  return port
}

async function chatToken(session: string): Promise<string> {
  const headers = { cookie: `session=${session}` }
  return (await fetch(`${issuer}/chat-token`, { headers })).text()
}

function clientOf(session: string): ParleyClient {
  const { url, check } = started
  const store = tokenStore(() => chatToken(session))
  return new ParleyClient({ url, store, fetch: check.fetch, WebSocket: check.WebSocket })
}

test('its users talk without having registered, and nobody else comes in', async () => {
  const env = { ...process.env, PARLEY_URL: started.url, PRODUCT_URL: issuer }
  const talk = (name: string, text: string) =>
    promisify(execFile)(process.execPath, [...tsx, 'examples/embedded-chat.ts', text], {
      cwd: root,
      env: { ...env, SESSION: `cookie-of-${name}` },
    })
  const first = await talk('ada', 'Who is here?')
  expect(first.stdout).toContain('signed in as Ada Lovelace\nAda Lovelace: Who is here?\n')
  const second = await talk('ben', 'I am')
  expect(second.stdout).toContain('Ada Lovelace: Who is here?\nBen Bitdiddle: I am\n')
  await expect(talk('nobody', 'me too')).rejects.toThrow('no_session')
  await expect(started.person('mallory')).rejects.toMatchObject({ code: 'registration_closed' })
}, 60_000)

test('S5 a socket goes on with the next token of its session, and with no other', async () => {
  const ada = clientOf('cookie-of-ada')
  const socket = await ada.openSocket()
  const token = await chatToken('cookie-of-ada')
  expect(await socket.send('token.renew', { token })).toMatchObject({
    expiresAt: expect.any(String),
  })
  const bens = await chatToken('cookie-of-ben')
  await expect(socket.send('token.renew', { token: bens })).rejects.toMatchObject({
    code: 'forbidden',
  })
  socket.close()
})

test('P6 a suspension and the end of a session close the sockets that live by its tokens', async () => {
  const [ada, ben] = [clientOf('cookie-of-ada'), clientOf('cookie-of-ben')]
  const [one, two] = [await ada.openSocket(), await ben.openSocket()]
  await ada.http.POST('/v1/auth/logout')
  expect((await one.closed).code).toBe(4502)
  const { administration, auth } = started.app.services
  const root = { username: 'root', email: null, password: 'notes on the engine' }
  const { id } = await auth.service.createUser({ ...root, role: 'admin' })
  const { id: benId } = await ben.me()
  await administration.changeUser(id, benId, { status: 'suspended' })
  expect((await two.closed).code).toBe(4502)
  await expect(ben.me()).rejects.toMatchObject({ code: 'unauthenticated' })
})

test('its backend acts for its users with a token of theirs: the last one is to erase them', async () => {
  // Every second is a second of another token: one of before her last sign-out is refused.
  await vi.waitFor(
    async () => expect((await clientOf('cookie-of-ada').me()).status).toBe('active'),
    {
      timeout: 5000,
      interval: 200,
    },
  )
  const ada = clientOf('cookie-of-ada')
  const before = await ada.me()
  await ada.http.DELETE('/v1/users/me')
  await vi.waitFor(
    async () => expect((await clientOf('cookie-of-ada').me()).id).not.toBe(before.id),
    {
      timeout: 5000,
      interval: 200,
    },
  )
})
