import Fastify from 'fastify'
import { expect, test } from 'vitest'
import { securityHeaders } from './security-headers.ts'

async function headersWith(publicUrl?: string) {
  const server = Fastify()
  securityHeaders(publicUrl)(server)
  return (await server.inject('/nothing')).headers
}

test('a browser loads nothing from elsewhere, and nobody frames us', async () => {
  const policy = String((await headersWith())['content-security-policy']).split(';')
  expect(policy).toEqual([
    "default-src 'self'",
    "base-uri 'none'",
    "connect-src 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "img-src 'self' data:",
    "object-src 'none'",
  ])
})

test('types are not guessed, addresses not passed on, the server not named', async () => {
  const headers = await headersWith()
  expect(headers).toMatchObject({
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    'cross-origin-resource-policy': 'same-origin',
  })
  expect(headers).not.toHaveProperty('x-powered-by')
  expect(headers).not.toHaveProperty('server')
})

test('browsers are told to stay on TLS only where PUBLIC_URL is on it, and of this host only', async () => {
  for (const publicUrl of [undefined, 'http://chat.example.org']) {
    expect(await headersWith(publicUrl)).not.toHaveProperty('strict-transport-security')
  }
  const { 'strict-transport-security': policy } = await headersWith('https://chat.example.org')
  expect(policy).toBe('max-age=31536000')
})

test('what the API answers is kept by nobody unless its route says so, refusals neither', async () => {
  const server = Fastify()
  securityHeaders(undefined)(server)
  server.get('/v1/mine', async () => 'mine')
  server.get('/v1/picture', async (_, reply) => reply.header('cache-control', 'public').send(''))
  server.get('/page', async () => 'page')
  const keptAs = async (path: string) => (await server.inject(path)).headers['cache-control']
  expect(await keptAs('/v1/mine')).toBe('no-store')
  expect(await keptAs('/v1/nothing')).toBe('no-store')
  expect(await keptAs('/v1/picture')).toBe('public')
  expect(await keptAs('/page')).toBeUndefined()
})
