import type { FastifyInstance } from 'fastify'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { JsonObject } from '../contract/components.ts'

/** The same from src/http and from dist/http. */
const protocol = fileURLToPath(new URL('../../../docs/protocol.md', import.meta.url))
const style = fileURLToPath(new URL('../../documentation/reading.css', import.meta.url))

/** Serves the pages that are read: the socket's contract and the protocol. */
export function readingPages(asyncapi: JsonObject, file = protocol) {
  return async (server: FastifyInstance): Promise<void> => {
    if (!existsSync(file)) {
      server.log.warn(`unable to serve /docs/socket and /docs/protocol; there is no ${file}`)
      return
    }
    // Made when first asked for: a start need not wait for it.
    serve(server, '/docs/reading.css', 'text/css', () => readFile(style, 'utf8'))
    serve(server, '/docs/protocol', 'text/html', async () => {
      const { protocolPage } = await import('./docs-protocol.ts')
      return protocolPage(await readFile(file, 'utf8'))
    })
    serve(server, '/docs/socket', 'text/html', async () => {
      const { rulesIn } = await import('./docs-protocol.ts')
      const { socketPage } = await import('./docs-socket.ts')
      return socketPage(asyncapi, rulesIn(await readFile(file, 'utf8')))
    })
  }
}

function serve(
  server: FastifyInstance,
  path: string,
  type: string,
  make: () => Promise<string>,
): void {
  let made: Promise<string> | undefined
  server.get(path, async (_request, reply) => {
    made ??= make().catch((error: unknown) => {
      made = undefined // the next one may be luckier
      throw error
    })
    return reply.type(`${type}; charset=utf-8`).send(await made)
  })
}
