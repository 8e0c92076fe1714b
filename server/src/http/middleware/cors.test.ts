import Fastify from 'fastify'
import { expect, test } from 'vitest'
import { cors } from './cors.ts'

async function serverFor(...origins: string[]) {
  const server = Fastify()
  await cors(origins)(server)
  server.get('/', async () => ({}))
  return {
    get: (origin: string) => server.inject({ path: '/', headers: { origin } }),
    preflight: (origin: string, method = 'PATCH') =>
      server.inject({
        method: 'OPTIONS',
        path: '/',
        headers: { origin, 'access-control-request-method': method },
      }),
  }
}

test('a listed origin may read answers and the headers that matter', async () => {
  const { get } = await serverFor('https://app.example.org', 'http://localhost:5173')
  for (const origin of ['https://app.example.org', 'http://localhost:5173']) {
    const { headers } = await get(origin)
    expect(headers['access-control-allow-origin']).toBe(origin)
    expect(headers.vary).toBe('Origin')
    expect(headers['access-control-allow-credentials']).toBe('true')
    expect(headers['access-control-expose-headers']).toBe(
      'location, ratelimit, ratelimit-policy, retry-after, x-request-id',
    )
  }
})

test('its preflight is answered without a token', async () => {
  const { preflight } = await serverFor('https://app.example.org')
  const { statusCode, headers } = await preflight('https://app.example.org')
  expect(statusCode).toBe(204)
  expect(headers).toMatchObject({
    'access-control-allow-origin': 'https://app.example.org',
    'access-control-allow-methods': 'GET, POST, PUT, PATCH, DELETE',
    'access-control-allow-headers': 'authorization, content-type, x-request-id',
    'access-control-max-age': '600',
  })
})

test('no other origin is allowed, however like a listed one', async () => {
  const others = [
    'https://app.example.org.evil.net',
    'https://evil-app.example.org',
    'https://sub.app.example.org',
    'http://app.example.org',
    'https://app.example.org:8443',
    'https://APP.example.org',
    'null',
    '*',
  ]
  const { get, preflight } = await serverFor('https://app.example.org')
  for (const origin of others) {
    expect((await get(origin)).headers).not.toHaveProperty('access-control-allow-origin')
    expect((await preflight(origin)).headers).not.toHaveProperty('access-control-allow-origin')
  }
})

test('without a list no origin is allowed, and never with credentials', async () => {
  const { get } = await serverFor()
  const { headers } = await get('https://app.example.org')
  expect(headers).not.toHaveProperty('access-control-allow-origin')
  expect(headers).not.toHaveProperty('access-control-allow-credentials')
})
