import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The same from src/http and from dist/http. */
const builtClient = fileURLToPath(new URL('../../../web/dist', import.meta.url))

/** Addresses inside the web client, which finds its page by itself (web/src/router/routes.ts). All
 *  others stay a 404 of the API. `/account.html` is where the links of mails lead. */
export const clientPaths = [
  '/',
  '/rooms/:roomId',
  '/rooms/:roomId/:seq',
  '/people',
  '/channels',
  '/settings',
  '/settings/:section',
  '/admin',
  '/admin/:section',
  '/sign-in',
  '/sign-up',
  '/forgot-password',
  '/account.html',
]

interface PagesOptions {
  folder?: string
  /** DOCS: without it the page offers no way to them. */
  docs: boolean
  /** PASSWORDS: without it the page asks for none. */
  passwords: boolean
}

/** Serves the web client: its files, and its one page at every address of its own. */
export function pages({ folder = builtClient, docs, passwords }: PagesOptions) {
  return async (server: FastifyInstance): Promise<void> => {
    if (!existsSync(folder)) {
      server.log.warn(`unable to serve the web client at /; the folder ${folder} is missing`)
      return
    }
    const assets = join(folder, 'assets')
    await server.register(fastifyStatic, {
      root: assets,
      prefix: '/assets/',
      index: false,
      allowedPath: (path) => !path.endsWith('/'), // a folder is nobody's address, not a secret
      preCompressed: true, // the build puts .br and .gz beside each file
      cacheControl: false,
      // The name of an asset changes with its content; the other files are asked for each time.
      setHeaders: (reply, path) => {
        const lasting = path.startsWith(assets)
        reply.header('cache-control', lasting ? 'public, max-age=31536000, immutable' : 'no-cache')
      },
    })
    const sendFile = (file: string) => (_: unknown, reply: FastifyReply) =>
      reply.sendFile(file, folder)
    const off = Object.entries({ docs, passwords }).filter(([, isOn]) => !isOn)
    const page = off.length === 0 ? sendFile('index.html') : await pageWithout(folder, off)
    for (const path of clientPaths) server.get(path, page)
    server.get('/icon.svg', sendFile('icon.svg'))
  }
}

/** The same page, told by its first element (web/src/state/page-settings.ts). */
async function pageWithout(folder: string, off: readonly [name: string, isOn: boolean][]) {
  const html = await readFile(join(folder, 'index.html'), 'utf8')
  const marks = off.map(([name]) => ` data-${name}="off"`).join('')
  const page = html.replace('<html', `<html${marks}`)
  return (_: unknown, reply: FastifyReply) =>
    reply.type('text/html; charset=utf-8').header('cache-control', 'no-cache').send(page)
}
