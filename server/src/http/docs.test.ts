import Fastify from 'fastify'
import type { FastifyInstance } from 'fastify'
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readingPages } from './docs-reading.ts'
import { docs } from './docs.ts'
import { securityHeaders } from './middleware/security-headers.ts'

const openapi = { openapi: '3.1.0', info: { title: 'T', version: '1' }, paths: {} }
const asyncapi = { asyncapi: '3.0.0', info: { title: 'T', version: '1' } }

async function serverWith(ui: boolean): Promise<FastifyInstance> {
  const server = Fastify()
  securityHeaders(undefined)(server)
  await docs({ openapi, asyncapi, ui })(server)
  return server
}

test('both documents are served as JSON', async () => {
  const server = await serverWith(false)
  const answers = await Promise.all([
    server.inject('/openapi.json'),
    server.inject('/asyncapi.json'),
  ])
  expect(answers.map((answer) => answer.json())).toEqual([openapi, asyncapi])
  for (const { headers } of answers) {
    expect(headers['content-type']).toBe('application/json; charset=utf-8')
  }
})

test('who has a document is told that it is the same, until it is another', async () => {
  const server = await serverWith(false)
  const ask = (path: string, tag?: string) =>
    server.inject({ path, headers: tag === undefined ? {} : { 'if-none-match': tag } })
  const { headers } = await ask('/openapi.json')
  expect(headers['cache-control']).toBe('no-cache')
  const again = await ask('/openapi.json', String(headers.etag))
  expect([again.statusCode, again.body]).toEqual([304, ''])
  const other = await ask('/asyncapi.json', String(headers.etag))
  expect([other.statusCode, other.json()]).toEqual([200, asyncapi])
})

test('/docs is Swagger UI on the document', async () => {
  const server = await serverWith(true)
  const page = await server.inject('/docs')
  expect(page.body).toContain('<title>Parley API</title>')
  const [, script] = page.body.match(/src="([^"]+initializer\.js)"/) ?? []
  const settings = await server.inject(script ?? '')
  expect(settings.body).toMatch(/"persistAuthorization":\s*true/)
  expect((await server.inject('/docs/json')).json()).toEqual(openapi)
})

test('/docs may use the one style of Swagger UI; nothing else is loosened', async () => {
  const server = await serverWith(true)
  const policyOf = async (path: string) =>
    String((await server.inject(path)).headers['content-security-policy'])
  const strict = await policyOf('/openapi.json')
  expect(strict).toContain("default-src 'self'")
  expect(strict).not.toContain('style-src')
  expect(await policyOf('/docs')).toMatch(
    /^default-src 'self';.*;style-src 'self' 'sha256-[^' ]+'$/,
  )
})

test('with DOCS=off there is no /docs', async () => {
  const server = await serverWith(false)
  for (const path of ['/docs', '/docs/socket', '/docs/protocol']) {
    expect((await server.inject(path)).statusCode).toBe(404)
  }
})

test('/docs/socket and /docs/protocol ask nothing of the strict policy', async () => {
  const server = await serverWith(true)
  for (const path of ['/docs/socket', '/docs/protocol']) {
    const page = await server.inject(path)
    expect(page.headers['content-type']).toBe('text/html; charset=utf-8')
    expect(page.headers['content-security-policy']).not.toContain('style-src')
    expect(page.body).not.toMatch(/<script|<style|\sstyle=|\son\w+=|(?:src|href)="https?:/)
  }
  const style = await server.inject('/docs/reading.css')
  expect(style.headers['content-type']).toBe('text/css; charset=utf-8')
})

test('without docs/protocol.md the server says so and serves the rest', async () => {
  const lines: string[] = []
  const server = Fastify({
    logger: { level: 'warn', stream: { write: (line) => lines.push(line) } },
  })
  await readingPages(asyncapi, '/nowhere/protocol.md')(server)
  expect((await server.inject('/docs/socket')).statusCode).toBe(404)
  expect(lines.join('')).toContain('unable to serve /docs/socket and /docs/protocol')
})

test('a page that could not be read once is read again when it is asked for again', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'parley-docs-'))
  const file = join(folder, 'protocol.md')
  await writeFile(file, '## Frames\n')
  const server = Fastify()
  await readingPages(asyncapi, file)(server)
  await rename(file, `${file}.new`)
  expect((await server.inject('/docs/protocol')).statusCode).toBe(500)
  await rename(`${file}.new`, file)
  expect((await server.inject('/docs/protocol')).body).toContain('Frames')
  await rm(folder, { recursive: true })
})
