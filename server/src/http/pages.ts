import fastifyStatic from '@fastify/static'
import type { FastifyInstance } from 'fastify'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** The same from src/http and from dist/http. */
const publicFolder = fileURLToPath(new URL('../../../web/public', import.meta.url))

/** Serves the files of web/public, its index.html at `/`. */
export function pages(folder = publicFolder) {
  return async (server: FastifyInstance): Promise<void> => {
    if (!existsSync(folder)) {
      server.log.warn(`unable to serve the page at /; the folder ${folder} is missing`)
      return
    }
    // One route for each file that is there: every other address stays a 404 of the API.
    await server.register(fastifyStatic, { root: folder, wildcard: false })
  }
}
