import Fastify from 'fastify'
import { expect, test } from 'vitest'
import { hostAllowlist } from './host-allowlist.ts'
import { recovery } from './recovery.ts'

function serverAt(publicUrl: string | undefined, trustProxy = false) {
  const server = Fastify({ trustProxy })
  recovery()(server)
  hostAllowlist(publicUrl)(server)
  for (const path of ['/', '/healthz', '/healthzz', '/readyz', '/metrics']) {
    server.get(path, async () => ({}))
  }
  return (path: string, headers: Record<string, string>) => server.inject({ path, headers })
}

test('where PUBLIC_URL is set, another Host is refused', async () => {
  const get = serverAt('https://chat.example.org')
  for (const host of ['chat.example.org', 'Chat.Example.ORG', 'chat.example.org:443']) {
    expect((await get('/', { host })).statusCode).toBe(200)
  }
  for (const host of [
    'evil.net',
    'chat.example.org.evil.net',
    'chat.example.org:81',
    'chat.example.org:80',
    'evil.net@chat.example.org',
    '127.0.0.1',
    '',
  ]) {
    const answer = await get('/', { host })
    expect(answer.json()).toMatchObject({
      status: 400,
      code: 'invalid_request',
      detail: expect.stringContaining('this server does not answer for that host'),
    })
  }
})

test('a port of PUBLIC_URL belongs to the host', async () => {
  const get = serverAt('http://localhost:3000')
  expect((await get('/', { host: 'localhost:3000' })).statusCode).toBe(200)
  expect((await get('/', { host: 'localhost' })).statusCode).toBe(400)
})

test('health and metrics are reached by the address of the process', async () => {
  const get = serverAt('https://chat.example.org')
  for (const path of ['/healthz', '/readyz?probe=1', '/metrics']) {
    expect((await get(path, { host: '10.0.0.7:3000' })).statusCode).toBe(200)
  }
  expect((await get('/healthzz', { host: '10.0.0.7:3000' })).statusCode).toBe(400)
})

test('behind a trusted proxy the host is the one it passes on', async () => {
  const forwarded = { host: 'parley:3000', 'x-forwarded-host': 'chat.example.org' }
  const trusting = serverAt('https://chat.example.org', true)
  expect((await trusting('/', forwarded)).statusCode).toBe(200)
  const wary = serverAt('https://chat.example.org')
  expect((await wary('/', forwarded)).statusCode).toBe(400)
})

test('without PUBLIC_URL any host is answered', async () => {
  const get = serverAt(undefined)
  expect((await get('/', { host: 'whatever.example.net' })).statusCode).toBe(200)
})
