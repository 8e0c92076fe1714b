import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { apiDeclarations } from '../src/api.ts'
import { doorsWorld, fill } from './doors-world.ts'
import type { DoorsWorld } from './doors-world.ts'
import { sendBytes, statusesOf } from './raw-http.ts'

let world: DoorsWorld
let before: string
beforeAll(async () => {
  world = await doorsWorld()
  before = await world.stored()
})
afterAll(() => world.close())

const crlf = '\r\n'
/** A request as lines, its end included. */
const lines = (...given: string[]) => [...given, '', ''].join(crlf)
const get = (target: string, ...headers: string[]) =>
  lines(`GET ${target} HTTP/1.1`, 'Host: x', 'Connection: close', ...headers)
const post = (headers: string[], body: string) =>
  lines('POST /v1/auth/login HTTP/1.1', 'Host: x', 'Content-Type: application/json', ...headers) +
  body
const login = '{"login":"ada","password":"ada at parley"}'
const length = `Content-Length: ${login.length}`

describe('a request that is none', () => {
  const malformed: [string, string | Buffer, number[]][] = [
    ['bytes', Buffer.from([0, 1, 2, 3, 255, 254, 13, 10, 13, 10]), [400]],
    ['a TLS handshake', Buffer.from('16030100c8010000c40303', 'hex'), [400]],
    ['the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', [400]],
    ['a word', 'hello\r\n\r\n', [400]],
    ['nothing', '', []],
    ['blank lines', '\r\n\r\n\r\n', []],
    ['half a request', 'GET /healthz HT', [400]],
    ['a request without its end', 'GET /healthz HTTP/1.1\r\nHost: x\r\n', [400]],
    ['another version', 'GET /healthz HTTP/9.9\r\nHost: x\r\n\r\n', [400]],
    ['an unknown method', lines('FETCH /healthz HTTP/1.1', 'Host: x'), [400]],
    ['a method in lower case', lines('get /healthz HTTP/1.1', 'Host: x'), [400]],
    ['no Host', lines('GET /healthz HTTP/1.1'), [400]],
    ['a space before the colon', get('/healthz', 'X-A : b'), [400]],
    ['a header without a colon', get('/healthz', 'X-A'), [400]],
    ['a NUL in a header', get('/healthz', 'X-A: a\0b'), [400]],
    ['a folded header', get('/healthz', 'X-A: a', ' b'), [400]],
    ['a line end of its own kind', 'GET /healthz HTTP/1.1\nHost: x\n\n', [400]],
    ['a space in the target', get('/healthz /x'), [400]],
    ['a header of 20 KiB', get('/healthz', `X-A: ${'a'.repeat(20_480)}`), [431]],
    ['a target of 20 KiB', get(`/v1/rooms/${'a'.repeat(20_480)}`), [431]],
    [
      '3,000 headers',
      get('/healthz', ...Array.from({ length: 3000 }, (_, at) => `X-${at}: a`)),
      [431],
    ],
  ]
  it.each(malformed)('%s: a clean refusal, and the connection ends', async (_, bytes, statuses) => {
    expect(statusesOf(await sendBytes(world.url, bytes, 'end'))).toEqual(statuses)
  })

  it.each([
    ['a word', 'hello\r\n\r\n', 400, 'invalid_request'],
    ['an unknown method', lines('FETCH /healthz HTTP/1.1', 'Host: x'), 400, 'invalid_request'],
    ['a header of 20 KiB', get('/', `X-A: ${'a'.repeat(20_480)}`), 431, 'payload_too_large'],
  ])('%s: the refusal is a problem like any other', async (_, bytes, status, code) => {
    const [head = '', body = ''] = (await sendBytes(world.url, bytes)).split('\r\n\r\n')
    expect(head).toContain('Content-Type: application/problem+json')
    const problem: unknown = JSON.parse(body)
    expect(problem).toMatchObject({
      code,
      status,
      detail: expect.stringMatching(/^unable to answer the request; it/),
      requestId: /X-Request-Id: (\S+)/.exec(head)?.[1],
    })
  })
})

describe('a request whose end is ambiguous is one request, or none', () => {
  const smuggled = lines('GET /v1/users/me HTTP/1.1', 'Host: x')
  const ambiguous: [string, string][] = [
    ['two lengths', post([length, 'Content-Length: 5'], login)],
    ['two lengths in one', post([`Content-Length: ${login.length}, ${login.length}`], login)],
    [
      'a length and chunks',
      post(['Content-Length: 4', 'Transfer-Encoding: chunked'], `0${crlf}${crlf}${smuggled}`),
    ],
    [
      'chunks and a length',
      post(['Transfer-Encoding: chunked', 'Content-Length: 4'], `0${crlf}${crlf}${smuggled}`),
    ],
    ['chunks by another name', post(['Transfer-Encoding: xchunked'], `0${crlf}${crlf}${smuggled}`)],
    [
      'chunks that are not last',
      post(['Transfer-Encoding: chunked, identity'], `0${crlf}${crlf}${smuggled}`),
    ],
    ['chunks behind a space', post(['Transfer-Encoding : chunked'], `0${crlf}${crlf}${smuggled}`)],
    [
      'chunks twice',
      post(
        ['Transfer-Encoding: chunked', 'Transfer-Encoding: chunked'],
        `0${crlf}${crlf}${smuggled}`,
      ),
    ],
    ['a negative length', post(['Content-Length: -1'], login)],
    ['a length with a sign', post([`Content-Length: +${login.length}`], login)],
    ['a length in hexadecimal', post(['Content-Length: 0x2a'], login)],
    ['a length beyond all numbers', post(['Content-Length: 99999999999999999999999'], login)],
    ['a chunk without a size', post(['Transfer-Encoding: chunked'], `x${crlf}${crlf}${smuggled}`)],
    [
      'a chunk of a negative size',
      post(['Transfer-Encoding: chunked'], `-1${crlf}a${crlf}0${crlf}${crlf}${smuggled}`),
    ],
    [
      'a chunk beyond all numbers',
      post(['Transfer-Encoding: chunked'], `ffffffffffffffffff${crlf}a`),
    ],
    [
      'a chunk with an endless extension',
      post(['Transfer-Encoding: chunked'], `1;${'a'.repeat(20_000)}`),
    ],
    ['a line end inside a header', get('/healthz', `X-A: a\rX-B: b`)],
  ]
  it.each(ambiguous)('%s', async (_, bytes) => {
    const statuses = statusesOf(await sendBytes(world.url, bytes, 'end'))
    expect(statuses).toHaveLength(1)
    expect(statuses[0]).toBeGreaterThanOrEqual(400)
    expect(statuses[0]).toBeLessThan(500)
  })

  it('but requests that follow each other in one packet are all answered, in order', async () => {
    const bytes =
      lines('GET /healthz HTTP/1.1', 'Host: x') + post([length], login) + get('/nothing')
    expect(statusesOf(await sendBytes(world.url, bytes))).toEqual([200, 200, 404])
  })

  it('and one that ends early stores nothing', async () => {
    const name = 'mallory'
    const account = JSON.stringify({
      username: name,
      email: 'm@example.org',
      password: 'm at parley',
    })
    const bytes = lines(
      'POST /v1/auth/register HTTP/1.1',
      'Host: x',
      'Content-Type: application/json',
      `Content-Length: ${account.length + 1}`,
    )
    expect(statusesOf(await sendBytes(world.url, bytes + account, 'end'))).toEqual([400])
    const { items } = (
      await world.call('GET', `/v1/users?q=${name}`, { token: world.ada.session?.accessToken })
    ).body
    expect(items).toEqual([])
  })
})

describe('an address that is none of ours', () => {
  const targets = [
    '/nothing',
    '/v1',
    '/v1/',
    '/v1/users/me/',
    '/V1/users/me',
    '//v1/users/me',
    '/v1//users/me',
    '/v1/users/../users/me',
    '/v1/users/%2e%2e/users/me',
    '/%2e%2e/%2e%2e/etc/passwd',
    '/../../../../etc/passwd',
    '/..%2f..%2f..%2fetc%2fpasswd',
    '/..\\..\\etc\\passwd',
    '/docs/static/../../../package.json',
    '/docs/static/..%2f..%2f..%2fpackage.json',
    '/docs/static/%2e%2e/%2e%2e/package.json',
    '/assets/../../../package.json',
    '/assets/..%2f..%2f..%2fpackage.json',
    '/.env',
    '/.git/config',
    '/data/postgres/PG_VERSION',
    '/v1/users/me%00',
    '/v1/users/me;x=1',
    `/${'a'.repeat(8000)}`,
    `/${'%41'.repeat(3000)}`,
    `/${'../'.repeat(1000)}`,
    '/%',
    '/%zz',
    '/%c0%ae%c0%ae/',
    '/%u0041',
    '/v1/rooms/%E0%A4%A',
    'http://evil.example.net/nothing',
    'http://evil.example.net/v1/users/me',
  ]
  it.each(targets)('%s', async (target) => {
    const answer = await sendBytes(world.url, get(target))
    const [status = 0] = statusesOf(answer)
    expect([400, 401, 404]).toContain(status)
    expect(answer).not.toMatch(/root:x:|"workspaces"|repositoryformatversion/)
    expect(answer).toContain('application/problem+json')
  })
})

describe('a method that an address does not have', () => {
  const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'TRACE'] as const
  const paths = new Map<string, Set<string>>()
  for (const { declaration } of apiDeclarations().endpoints) {
    const known = paths.get(declaration.path) ?? new Set()
    paths.set(declaration.path, known.add(declaration.method))
  }

  it('is answered with a problem, also to whoever may do everything', async () => {
    const values = {
      roomId: world.group.id,
      userId: world.ben.userId,
      seq: '1',
      sessionId: world.group.id,
    }
    const token = world.root.session?.accessToken
    for (const [path, known] of paths) {
      for (const method of methods.filter((one) => !known.has(one))) {
        const { status, code } = await world.call(method, fill(path, values), { token })
        // Where the last part stands in the place of another path's id, it is no such id.
        const isId = ['passkeyId', 'identityId'].some((id) =>
          paths.get(path.replace(/\/[^/{]+$/, `/{${id}}`))?.has(method),
        )
        const answer = isId ? [400, 'invalid_request'] : [405, 'method_not_allowed']
        expect([method, path, status, code]).toEqual([method, path, ...answer])
      }
    }
  })

  it('CONNECT is refused', async () => {
    expect(
      statusesOf(
        await sendBytes(world.url, lines('CONNECT evil.example.net:443 HTTP/1.1', 'Host: x')),
      ),
    ).not.toContain(200)
  })
})

describe('a protected address by another spelling', () => {
  it('asks for a token just the same', async () => {
    for (const target of ['/v1/users/%6de', '/v1/%75sers/me', '/v1/users/me?', '/v1/users/me#']) {
      expect(statusesOf(await sendBytes(world.url, get(target)))).toEqual([
        expect.toSatisfy((status) => status === 401 || status === 400 || status === 404),
      ])
    }
    expect(
      statusesOf(
        await sendBytes(
          world.url,
          lines('HEAD /v1/users/me HTTP/1.1', 'Host: x', 'Connection: close'),
        ),
      ),
    ).toEqual([401])
  })
})

it('and afterwards nothing was stored but the log-in, and the server answers', async () => {
  const strip = (stored: string) =>
    stored.split('\n').filter((line) => !/^(sessions|audit_log) /.test(line))
  expect(strip(await world.stored())).toEqual(strip(before))
  expect((await world.call('GET', '/readyz')).status).toBe(200)
})
