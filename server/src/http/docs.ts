import swagger from '@fastify/swagger'
import type { StaticDocumentSpec } from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance } from 'fastify'
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { JsonObject } from '../contract/components.ts'
import { readingPages } from './docs-reading.ts'

interface DocsOptions {
  openapi: JsonObject
  asyncapi: JsonObject
  /** DOCS: without it the documents are served all the same, for machines. */
  ui: boolean
}

/** Serves both documents, Swagger UI at /docs, and the pages beside it that are read. */
export function docs({ openapi, asyncapi, ui }: DocsOptions) {
  return async (server: FastifyInstance): Promise<void> => {
    serveDocument(server, '/openapi.json', openapi)
    serveDocument(server, '/asyncapi.json', asyncapi)
    if (!ui) return
    await server.register((scope) => serveUi(scope, openapi))
    await readingPages(asyncapi)(server)
  }
}

function serveDocument(server: FastifyInstance, path: string, document: JsonObject): void {
  const text = JSON.stringify(document)
  const tag = `"${createHash('sha256').update(text).digest('base64url')}"`
  server.get(path, async ({ headers }, reply) => {
    reply.header('etag', tag).header('cache-control', 'no-cache')
    if (headers['if-none-match']?.includes(tag)) return reply.status(304).send()
    return reply.type('application/json; charset=utf-8').send(text)
  })
}

async function serveUi(scope: FastifyInstance, openapi: JsonObject): Promise<void> {
  // The plugin's type is of OpenAPI 3.0; it only hands the document on.
  const document = openapi as unknown as StaticDocumentSpec['document']
  await scope.register(swagger, { mode: 'static', specification: { document } })
  await scope.register(swaggerUi, {
    routePrefix: '/docs',
    transformStaticCSP: (policy) => `${policy};style-src 'self' ${styleOfUi}`,
    theme: {
      title: 'Parley API',
      css: [{ filename: 'parley.css', content: await readFile(new URL('docs.css', ours), 'utf8') }],
      js: [
        {
          filename: 'authorize.js',
          content: await readFile(new URL('authorize.js', ours), 'utf8'),
        },
      ],
    },
    logo: { type: 'image/svg+xml', content: logo, href: '/' },
    uiConfig: {
      persistAuthorization: true, // a reload keeps the newcomer signed in
      tryItOutEnabled: true,
      displayRequestDuration: true,
      docExpansion: 'list',
      defaultModelsExpandDepth: 0,
    },
  })
}

/** The one style element Swagger UI 5.34 puts into the page; the browser test notices another. */
const styleOfUi = "'sha256-RL3ie0nH+Lzz2YNqQN83mnU0J1ot4QL7b99vMdIX99w='"

/** What we add to it. The same from src/http and from dist/http. */
const ours = new URL('../../documentation/', import.meta.url)

const logo = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 150 40"><text x="0" y="29" fill="#fff" font-family="system-ui, sans-serif" font-size="26" font-weight="700">Parley API</text></svg>`
