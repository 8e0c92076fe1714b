import Fastify from 'fastify'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { clientPaths, pages } from './pages.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parley-client-'))
  await mkdir(join(folder, 'assets'))
  const files = ['index.html', 'icon.svg', 'assets/index-1a2b.js', 'assets/index-1a2b.js.br']
  for (const file of files) await writeFile(join(folder, file), file)
})
afterAll(() => rm(folder, { recursive: true }))

async function serverWithPages({ docs = true, passwords = true } = {}) {
  const server = Fastify()
  await pages({ folder, docs, passwords })(server)
  return server
}

test('every address of the client answers with its one page, asked for anew each time', async () => {
  const server = await serverWithPages()
  for (const path of clientPaths) {
    const page = await server.inject(path.replaceAll(/:\w+/g, '0'))
    expect([path, page.statusCode, page.body]).toEqual([path, 200, 'index.html'])
    expect(page.headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-cache',
    })
  }
})

test('with DOCS=off or PASSWORDS=off its page is told so', async () => {
  const html = '<!doctype html>\n<html lang="en">'
  await writeFile(join(folder, 'index.html'), html)
  for (const [settings, marks] of [
    [{ docs: false }, 'data-docs="off"'],
    [{ passwords: false }, 'data-passwords="off"'],
    [{ docs: false, passwords: false }, 'data-docs="off" data-passwords="off"'],
  ] as const) {
    const server = await serverWithPages(settings)
    const page = await server.inject('/rooms/0')
    expect(page.body).toBe(`<!doctype html>\n<html ${marks} lang="en">`)
    expect(page.headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-cache',
    })
  }
  await writeFile(join(folder, 'index.html'), 'index.html')
})

test('assets are kept for ever, and sent as they were packed by the build', async () => {
  const server = await serverWithPages()
  const url = '/assets/index-1a2b.js'
  const plain = await server.inject(url)
  expect(plain.body).toBe('assets/index-1a2b.js')
  expect(plain.headers['cache-control']).toBe('public, max-age=31536000, immutable')
  const packed = await server.inject({ url, headers: { 'accept-encoding': 'gzip, br' } })
  expect(packed.headers).toMatchObject({
    'content-encoding': 'br',
    'content-type': 'application/javascript; charset=utf-8',
    'cache-control': 'public, max-age=31536000, immutable',
    vary: expect.stringMatching(/accept-encoding/i),
  })
})

test('every other address stays a 404', async () => {
  const server = await serverWithPages()
  const others = [
    '/nothing',
    '/rooms',
    '/rooms/1/2/3',
    '/index.html',
    '/assets',
    '/assets/',
    '/assets/x.js',
  ]
  for (const path of [...others, '/../package.json', '/assets/%2e%2e/index.html', '/v1/nothing']) {
    expect([path, (await server.inject(path)).statusCode]).toEqual([path, 404])
  }
})

test('without the folder the server says so and serves the rest', async () => {
  const lines: string[] = []
  const stream = { write: (line: string) => void lines.push(line) }
  const server = Fastify({ logger: { level: 'warn', stream } })
  await pages({ folder: '/nowhere/dist', docs: true, passwords: true })(server)
  expect((await server.inject('/')).statusCode).toBe(404)
  expect(lines.join('')).toContain('unable to serve the web client at /; the folder /nowhere/dist')
})
