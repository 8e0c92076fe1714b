import Fastify from 'fastify'
import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { securityHeaders } from './middleware/security-headers.ts'
import { pages } from './pages.ts'

test('the page is at / with its style and icon; every other address stays a 404', async () => {
  const server = Fastify()
  await securityHeaders(undefined)(server)
  await pages()(server)
  const page = await server.inject('/')
  expect(page.headers['content-type']).toBe('text/html; charset=utf-8')
  const files = [...page.body.matchAll(/<(?:link|img)[^>]+(?:href|src)="([^"]+)"/g)].map(
    ([, path]) => path ?? '',
  )
  expect(files).toEqual(expect.arrayContaining(['/page.css', '/icon.svg']))
  for (const path of files) expect((await server.inject(path)).statusCode).toBe(200)
  for (const path of ['/nothing', '/../package.json', '/%2e%2e/package.json']) {
    expect((await server.inject(path)).statusCode).toBe(404)
  }
})

test('the page links to the documentation and asks nothing of the strict policy', async () => {
  const url = new URL('../../../web/public/index.html', import.meta.url)
  const html = await readFile(url, 'utf8')
  for (const link of ['/docs', '/openapi.json', '/asyncapi.json']) {
    expect(html).toContain(`href="${link}"`)
  }
  expect(html).not.toMatch(/<script|<style|\sstyle=|\son\w+=|(?:src|href)="https?:/)
})

test('without the folder the server says so and serves the rest', async () => {
  const lines: string[] = []
  const stream = { write: (line: string) => void lines.push(line) }
  const server = Fastify({ logger: { level: 'warn', stream } })
  await pages('/nowhere/public')(server)
  expect((await server.inject('/')).statusCode).toBe(404)
  expect(lines.join('')).toContain('unable to serve the page at /; the folder /nowhere/public')
})
