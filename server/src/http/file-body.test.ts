import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { request } from 'node:http'
import type { AddressInfo } from 'node:net'
import Fastify from 'fastify'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { fileForm, formBody } from '../../test/file-form.ts'
import { fileBodies, readFile } from './file-body.ts'
import { jsonBody } from './middleware/json-body.ts'
import { recovery } from './middleware/recovery.ts'

const maxBytes = 1_000_000
const declared = { description: 'a file', maxBytes, types: ['image/png'] }
type Sent = { headers: Record<string, string>; body: Buffer | string }

/** Answers with how long the file is; `hold` keeps those who are answered waiting. */
async function serverWithFiles(hold: () => Promise<void> = async () => undefined) {
  const server = Fastify({ bodyLimit: 1000 })
  recovery()(server)
  jsonBody()(server)
  server.post('/json', async ({ body }) => ({ body }))
  await server.register(async (scope) => {
    await fileBodies()(scope)
    scope.put('/', async (one) => {
      const { length } = await readFile(one, declared)
      await hold()
      return { length }
    })
  })
  onTestFinished(() => server.close())
  const put = async ({ headers, body }: Sent) => {
    const answer = await server.inject({ method: 'PUT', url: '/', headers, payload: body })
    return answer.json()
  }
  return { server, put }
}

describe('a body with a file', () => {
  it('is read whatever its name and type say, up to its limit', async () => {
    const { put } = await serverWithFiles()
    const longest = randomBytes(maxBytes)
    expect(await put(await fileForm(longest))).toEqual({ length: maxBytes })
    const named = { name: '../../etc/passwd', type: 'text/html' }
    expect(await put(await fileForm('x', named))).toEqual({ length: 1 })
    expect(await put(await fileForm(''))).toEqual({ length: 0 })
  })

  it('is refused past its limit', async () => {
    const { put } = await serverWithFiles()
    expect(await put(await fileForm(randomBytes(maxBytes + 1)))).toMatchObject({
      status: 413,
      code: 'payload_too_large',
      detail: expect.stringContaining('larger than 1 MB'),
    })
  })

  it('holds one part, called file', async () => {
    const { put } = await serverWithFiles()
    const blob = new Blob(['x'])
    const form = (...parts: [string, string | Blob][]) => {
      const made = new FormData()
      for (const [name, value] of parts) {
        if (typeof value === 'string') made.append(name, value)
        else made.append(name, value, 'a.png')
      }
      return formBody(made)
    }
    const faults: [Sent, string][] = [
      [await form(), '/file'],
      [await form(['picture', blob]), '/picture'],
      [await form(['file', 'only text']), '/file'],
      [await form(['file', blob], ['file', blob]), '/file'],
      [await form(['file', blob], ['more', 'text']), '/more'],
      [await form(['text', 'x'.repeat(5000)], ['file', blob]), '/text'],
    ]
    for (const [sent, pointer] of faults) {
      expect(await put(sent)).toMatchObject({
        status: 400,
        code: 'invalid_request',
        errors: [{ pointer }],
      })
    }
    for (const name of ['__proto__', 'constructor']) {
      expect(await put(await form([name, blob]))).toMatchObject({ code: 'invalid_request' })
    }
    const many = Array.from({ length: 500 }, (_, n): [string, Blob] => [`part${n}`, blob])
    expect(await put(await form(...many))).toMatchObject({ code: 'invalid_request' })
  })

  it('that is not what it says it is, is refused', async () => {
    const { put } = await serverWithFiles()
    const { headers, body } = await fileForm('content')
    const bodies: Sent[] = [
      { headers, body: body.subarray(0, -20) },
      { headers, body: 'no parts at all' },
      { headers, body: '' },
      { headers: { 'content-type': 'multipart/form-data' }, body },
      { headers: { 'content-type': 'multipart/form-data; boundary=other' }, body },
      { headers: { 'content-type': `multipart/form-data; boundary=${'x'.repeat(5000)}` }, body },
    ]
    for (const sent of bodies) {
      expect(await put(sent)).toMatchObject({ status: 400, code: 'invalid_request' })
    }
  })

  it.each([
    'application/json',
    'image/png',
    'application/octet-stream',
    'text/plain',
    'multipart/mixed; boundary=x',
  ])('is not of the type %s', async (type) => {
    const { put } = await serverWithFiles()
    expect(await put({ headers: { 'content-type': type }, body: '{}' })).toMatchObject({
      status: 415,
      code: 'unsupported_media_type',
      detail: expect.stringContaining('must be multipart/form-data'),
    })
  })

  it('must be there', async () => {
    const { put } = await serverWithFiles()
    expect(await put({ headers: {}, body: '' })).toMatchObject({ code: 'unsupported_media_type' })
  })

  it('is for the routes that take one: others read JSON only', async () => {
    const { server } = await serverWithFiles()
    const { headers, body } = await fileForm('x')
    const answer = await server.inject({ method: 'POST', url: '/json', headers, payload: body })
    expect(answer.json()).toMatchObject({ status: 415, code: 'unsupported_media_type' })
  })
})

describe('of many with a file', () => {
  it('only so many are let in at once, and others once those are answered', async () => {
    let release = (): void => undefined
    const held = new Promise<void>((resolve) => (release = resolve))
    const { put } = await serverWithFiles(() => held)
    const sent = await fileForm('x')
    const all = Array.from({ length: 20 }, () => put(sent))
    const refused = await Promise.all(all.slice(16))
    expect(refused).toMatchObject(refused.map(() => ({ status: 503, code: 'overloaded' })))
    release()
    expect(await Promise.all(all.slice(0, 16))).toEqual(
      Array.from({ length: 16 }, () => ({ length: 1 })),
    )
    expect(await put(sent)).toEqual({ length: 1 })
  })

  it('who goes away in the middle makes room', async () => {
    const { server, put } = await serverWithFiles()
    await server.listen({ port: 0, host: '127.0.0.1' })
    // Of a server that listens on TCP.
    const { port } = server.server.address() as AddressInfo
    const { headers, body } = await fileForm('x')
    const halves = Array.from({ length: 16 }, () =>
      request({
        port,
        host: '127.0.0.1',
        method: 'PUT',
        headers: { ...headers, expect: '100-continue' },
      }),
    )
    for (const half of halves) {
      half.on('error', () => undefined)
      half.flushHeaders()
      await once(half, 'continue')
      half.write(body.subarray(0, 40))
    }
    await vi.waitFor(async () =>
      expect(await put({ headers, body })).toMatchObject({ code: 'overloaded' }),
    )
    for (const half of halves) half.destroy()
    await vi.waitFor(async () => expect(await put({ headers, body })).toEqual({ length: 1 }))
  })
})
