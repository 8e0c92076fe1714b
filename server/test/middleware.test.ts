/** The middlewares together, in the real app, with routes and commands that exist only here. */
import { randomUUID } from 'node:crypto'
import { Writable } from 'node:stream'
import { Type } from 'typebox'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { endpoint } from '../src/contract/endpoint.ts'
import { command } from '../src/contract/frames.ts'
import { Struct } from '../src/contract/schema.ts'
import { createLogger } from '../src/infra/logger.ts'
import { RawSocket } from './raw-socket.ts'
import { startApp } from './start-app.ts'
import type { Started } from './start-app.ts'

const secret = 'swordfish-in-the-error'
const answer = Struct({ name: Type.String({ minLength: 3 }) })
type Answer = { status: 200; body: { name: string } }

/** How a handler can fail. */
const failures: Record<string, () => Promise<Answer>> = {
  throws: () => {
    throw new Error(secret)
  },
  rejects: async () => Promise.reject(new RangeError(secret)),
  'throws-text': () => {
    throw secret // what a careless dependency may do
  },
  'throws-nothing': async () => Promise.reject(),
  // It compiles: a body of another shape than was declared, as a database could return it.
  misshapen: async () => ({
    status: 200,
    body: JSON.parse(`{"secret":"${secret}"}`) as Answer['body'],
  }),
}

const failingEndpoints = Object.entries(failures).map(([name, fail]) =>
  endpoint(
    {
      method: 'GET',
      path: `/v1/test/${name}`,
      id: 'runTest',
      tag: 'Test',
      summary: name,
      access: 'public',
      answers: { 200: { description: 'Never.', body: answer } },
      errors: [],
    },
    fail,
  ),
)
const failingCommands = Object.entries(failures).map(([name, fail]) =>
  command(
    `test.${name}`,
    { id: 'runTest', description: name, input: {}, reply: answer, errors: [] },
    async () => (await fail()).body,
  ),
)

type Line = Record<string, unknown> & { err?: { message?: string; stack?: string } }
const lines: Line[] = []
const write = (line: Buffer, _: string, done: () => void): void => {
  lines.push(JSON.parse(line.toString()) as Line)
  done()
}
const logger = createLogger({ level: 'info', format: 'json', destination: new Writable({ write }) })

let started: Started
beforeAll(async () => {
  started = await startApp({
    logger,
    endpoints: failingEndpoints,
    commands: failingCommands,
    env: { CORS_ORIGINS: 'https://app.example.org', TRUST_PROXY: 'loopback' },
  })
})
afterAll(() => started.close())

const linesOf = (requestId: string) => lines.filter((line) => line.requestId === requestId)
const origin = 'https://app.example.org'

describe('a handler that fails', () => {
  it.each(Object.keys(failures))(
    '%s: a 500 with the request id, and nothing of what is inside',
    async (name) => {
      const requestId = `test-${name}`
      const headers = { 'x-request-id': requestId, origin }
      const response = await fetch(`${started.url}/v1/test/${name}`, { headers })
      const text = await response.text()
      expect(response.status).toBe(500)
      expect(JSON.parse(text)).toEqual({
        type: 'urn:parley:problem:internal',
        title: 'Internal error',
        status: 500,
        code: 'internal',
        requestId,
        detail:
          'unable to run test; something went wrong on the server; the request id names it in the log',
      })
      expect(text + JSON.stringify([...response.headers])).not.toContain(secret)
      expect(Object.fromEntries(response.headers)).toMatchObject({
        'content-type': expect.stringMatching(/^application\/problem\+json/),
        'x-request-id': requestId,
        'x-content-type-options': 'nosniff',
        'access-control-allow-origin': origin,
        ratelimit: expect.stringMatching(/^"default";r=\d+;t=\d+$/),
      })
      await vi.waitFor(() =>
        expect(linesOf(requestId).map(({ msg }) => msg)).toEqual([
          'request received',
          'request failed',
          'request completed',
        ]),
      )
      expect(linesOf(requestId)[1]?.err).toBeDefined()
      expect(linesOf(requestId)[2]?.status).toBe(500)
    },
  )

  it.each(Object.keys(failures).filter((name) => name !== 'misshapen'))(
    '%s as a command: an error reply that the log knows, and the socket goes on',
    async (name) => {
      const { session } = await started.person(`socket-${name}`.slice(0, 30))
      const socket = await RawSocket.ready(started.url, session?.accessToken ?? '')
      const { ok, error } = await socket.ask(`test.${name}`)
      expect(ok).toBe(false)
      expect(error).toEqual({
        code: 'internal',
        requestId: expect.any(String),
        message:
          'unable to run test; something went wrong on the server; the request id names it in the log',
      })
      const [line, ...more] = linesOf(error?.requestId ?? '')
      expect(more).toEqual([])
      expect(line).toMatchObject({
        level: 'error',
        msg: 'command failed',
        command: `test.${name}`,
        connectionId: expect.any(String),
        userId: expect.any(String),
        err: expect.anything(),
      })
      const again = await socket.ask('test.throws')
      expect(again.error?.requestId).not.toBe(error?.requestId)
      await socket.end()
    },
  )
})

describe('whatever refuses a request,', () => {
  const json = { 'content-type': 'application/json' }
  const refusals: [number, string, string, RequestInit][] = [
    [400, 'a bad body', '/v1/auth/login', { method: 'POST', headers: json, body: '{' }],
    [400, 'a bad query', '/v1/auth/sessions?limit=0', {}],
    [401, 'no token', '/v1/users/me', {}],
    [403, 'no administrator', '/v1/admin/users', {}],
    [404, 'no such address', '/v1/nothing', {}],
    [404, 'an address that cannot be decoded', '/v1/%ff', {}],
    [
      413,
      'too much',
      '/v1/auth/login',
      { method: 'POST', headers: json, body: 'x'.repeat(200_000) },
    ],
    [415, 'another type', '/v1/auth/login', { method: 'POST', body: 'login=ada' }],
  ]
  it.each(refusals)(
    '%i for %s has its id, its strict headers and its two lines',
    async (status, what, path, init) => {
      const { session } = await started.person(`u${randomUUID().slice(0, 8)}`)
      const requestId = randomUUID()
      const headers = new Headers(init.headers)
      headers.set('x-request-id', requestId)
      headers.set('origin', origin)
      if (what !== 'no token') headers.set('authorization', `Bearer ${session?.accessToken}`)
      const response = await fetch(started.url + path, { ...init, headers })
      expect(response.status).toBe(status)
      expect(await response.json()).toMatchObject({ status, requestId })
      expect(Object.fromEntries(response.headers)).toMatchObject({
        'content-type': expect.stringMatching(/^application\/problem\+json/),
        'content-security-policy': expect.stringContaining("frame-ancestors 'none'"),
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'x-request-id': requestId,
        'access-control-allow-origin': origin,
        vary: expect.stringContaining('Origin'),
      })
      await vi.waitFor(() => expect(linesOf(requestId)).toHaveLength(2))
      expect(linesOf(requestId)[1]).toMatchObject({ msg: 'request completed', status })
    },
  )

  it('a preflight is answered before anyone asks for a token', async () => {
    const headers = {
      origin,
      'access-control-request-method': 'DELETE',
      'access-control-request-headers': 'authorization',
    }
    const response = await fetch(`${started.url}/v1/users/me`, { method: 'OPTIONS', headers })
    expect(response.status).toBe(204)
    expect(response.headers.get('access-control-allow-origin')).toBe(origin)
    expect(response.headers.get('access-control-allow-methods')).toContain('DELETE')
  })
})

describe('the log', () => {
  it('holds nothing of what people say, hold or are', async () => {
    const from = lines.length
    const person = await started.person('logged')
    const password = 'logged at parley'
    await started.client().login({ login: 'logged', password })
    await started
      .client()
      .login({ login: 'logged@example.org', password: 'wrong-one' })
      .catch(() => {})
    const { data: room } = await person.http.POST('/v1/rooms', {
      body: {
        clientId: randomUUID(),
        kind: 'group',
        name: 'name-of-a-room',
        topic: 'topic-of-a-room',
      },
    })
    const socket = await RawSocket.ready(started.url, person.session?.accessToken ?? '', {
      headers: { cookie: 'a-cookie=1' },
    })
    const send = { room: room.id, clientId: randomUUID(), text: 'text-by-socket' }
    expect((await socket.ask('message.send', send)).ok).toBe(true)
    await person.http.POST('/v1/rooms/{roomId}/messages', {
      params: { path: { roomId: room.id } },
      body: { clientId: randomUUID(), text: 'text-by-http' },
    })
    await person.http.GET('/v1/users', { params: { query: { q: 'searched-for' } } })
    await fetch(`${started.url}/v1/users/me?token=${person.session?.accessToken}`)
    await socket.end()
    await person.refresh()
    const said = lines
      .slice(from)
      .map((line) => JSON.stringify(line))
      .join('\n')
    expect(said).toContain('/v1/auth/login')
    expect(said).toContain(person.userId)
    const secrets = [
      password,
      'wrong-one',
      'example.org',
      'name-of',
      'topic-of',
      'text-by',
      'searched-for',
      'a-cookie',
      'eyJ',
      person.session?.refreshToken ?? '',
    ]
    for (const one of secrets) expect(said).not.toContain(one)
    expect(said).not.toContain('"dropped"')
  })
})

describe('limits', () => {
  let strict: Started
  beforeAll(async () => {
    // Twelve requests a minute, three of them to sign in.
    strict = await startApp({ env: { LIMIT_SCALE: '0.01', TRUST_PROXY: 'loopback' } })
  })
  afterAll(() => strict.close())

  const ask = async (address: string, token?: string, path = '/v1/users/me') => {
    const headers = {
      'x-forwarded-for': address,
      ...(token && { authorization: `Bearer ${token}` }),
    }
    const { status, headers: answered } = await fetch(strict.url + path, { headers })
    return {
      status,
      retryAfter: Number(answered.get('retry-after')),
      limit: answered.get('ratelimit'),
    }
  }

  it('count tokens that are refused against their address, and no person', async () => {
    const { session } = await strict.person('patient')
    const token = session?.accessToken
    for (let count = 0; count < 12; count++) {
      expect((await ask('192.0.2.1', `forged-${count}`)).status).toBe(401)
    }
    const refused = await ask('192.0.2.1', 'forged-again')
    expect(refused).toMatchObject({ status: 429, limit: expect.stringMatching(/^"default";r=0;/) })
    expect(refused.retryAfter).toBeGreaterThan(30)
    expect((await ask('192.0.2.1')).status).toBe(429)
    expect((await ask('192.0.2.2', 'forged')).status).toBe(401)
    expect((await ask('192.0.2.1', token)).status).toBe(200)
  })

  it('do not take an address from whoever is no proxy of ours', async () => {
    const wary = await startApp({ env: { LIMIT_SCALE: '0.01' } })
    const statuses = []
    for (let count = 0; count < 13; count++) {
      const headers = { 'x-forwarded-for': `192.0.2.${count}` }
      statuses.push((await fetch(`${wary.url}/v1/users/me`, { headers })).status)
    }
    expect(statuses.at(-2)).toBe(401)
    expect(statuses.at(-1)).toBe(429)
    await wary.close()
  })
})

it('where PUBLIC_URL is set, another Host is refused with strict headers, and TLS is for ever', async () => {
  const named = await startApp({ env: { PUBLIC_URL: 'https://chat.example.org' } })
  const get = (host: string) => named.app.server.inject({ url: '/v1/users/me', headers: { host } })
  const foreign = await get('evil.example.net')
  expect(foreign.json()).toMatchObject({ status: 400, code: 'invalid_request' })
  expect(foreign.headers['x-content-type-options']).toBe('nosniff')
  const own = await get('chat.example.org')
  expect(own.statusCode).toBe(401)
  expect(own.headers['strict-transport-security']).toBe('max-age=31536000')
  await named.close()
})

it('a request that takes more than a minute to come in is given up', () => {
  expect(started.app.server.server.requestTimeout).toBe(60_000)
})
