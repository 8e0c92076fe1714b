import { gzipSync } from 'node:zlib'
import Fastify from 'fastify'
import { expect, test } from 'vitest'
import { jsonBody } from './json-body.ts'
import { recovery } from './recovery.ts'

const json = 'application/json'

function serverWithBody() {
  const server = Fastify({ bodyLimit: 1000 })
  recovery()(server)
  jsonBody()(server)
  server.post('/:name', async ({ body, params, query }) => ({ body, params, query }))
  return (payload: string | Buffer, type: string = json, path = '/a') =>
    server.inject({ method: 'POST', path, payload, headers: { 'content-type': type } })
}

test('JSON in UTF-8 is read, whatever the parameters of its type say', async () => {
  const post = serverWithBody()
  const text = JSON.stringify({ text: 'grüße 你好 \u{1F600}' })
  for (const type of [
    json,
    `${json}; charset=utf-8`,
    `${json};charset=UTF-8`,
    'Application/JSON',
  ]) {
    expect((await post(text, type)).json().body).toEqual(JSON.parse(text))
  }
})

test('a byte order mark and surrounding space are no part of it', async () => {
  const post = serverWithBody()
  expect((await post('\uFEFF {"a":1}\r\n')).json().body).toEqual({ a: 1 })
})

test('an empty body is none', async () => {
  const post = serverWithBody()
  expect((await post('')).json()).not.toHaveProperty('body')
})

test('what is not UTF-8 is refused, not repaired', async () => {
  const post = serverWithBody()
  const broken = [[0xff], [0xc3], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xf5, 0x80, 0x80, 0x80]]
  for (const bytes of broken) {
    const answer = await post(Buffer.from([0x22, ...bytes, 0x22]))
    expect(answer.json()).toMatchObject({
      code: 'invalid_request',
      status: 400,
      detail: expect.stringContaining('the body is not valid UTF-8'),
    })
  }
})

test('too large is refused before it is read', async () => {
  const post = serverWithBody()
  const answer = await post(`"${'x'.repeat(1000)}"`)
  expect(answer.json()).toMatchObject({ code: 'payload_too_large', status: 413 })
})

test('any other type is refused', async () => {
  const post = serverWithBody()
  for (const type of ['text/plain', 'text/json', `x${json}`, `${json}x`, `${json}-patch+json`]) {
    expect((await post('{}', type)).json()).toMatchObject({
      code: 'unsupported_media_type',
      status: 415,
    })
  }
})

test('a compressed body is refused, whatever is in it', async () => {
  const server = Fastify()
  recovery()(server)
  jsonBody()(server)
  server.post('/', async ({ body }) => ({ body }))
  const post = (encoding: string, payload: string | Buffer) =>
    server.inject({
      method: 'POST',
      path: '/',
      payload,
      headers: { 'content-type': json, 'content-encoding': encoding },
    })
  for (const encoding of ['gzip', 'br', 'x-nonsense', 'identity, gzip']) {
    for (const payload of ['{}', gzipSync('{}')]) {
      expect((await post(encoding, payload)).json()).toMatchObject({
        code: 'unsupported_media_type',
        detail: expect.stringContaining('must not be compressed'),
      })
    }
  }
  expect((await post('identity', '{}')).json()).toEqual({ body: {} })
})

test('NUL is refused in a path and in a query too', async () => {
  const post = serverWithBody()
  for (const path of ['/%00', '/a?q=%00', '/a?%00=q', '/a?q=a&q=%00']) {
    expect((await post('{}', json, path)).json()).toMatchObject({ code: 'invalid_request' })
  }
  expect((await post('{}', json, '/a?q=%20')).json().query).toEqual({ q: ' ' })
})
