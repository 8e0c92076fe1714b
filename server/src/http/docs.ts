import swagger from '@fastify/swagger'
import type { StaticDocumentSpec } from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance } from 'fastify'
import type { JsonObject } from '../contract/components.ts'

interface DocsOptions {
  openapi: JsonObject
  asyncapi: JsonObject
  /** DOCS: without it the documents are served all the same, for machines. */
  ui: boolean
}

/** Serves both documents, and Swagger UI at /docs. */
export function docs({ openapi, asyncapi, ui }: DocsOptions) {
  return async (server: FastifyInstance): Promise<void> => {
    serveDocument(server, '/openapi.json', openapi)
    serveDocument(server, '/asyncapi.json', asyncapi)
    if (ui) await server.register((scope) => serveUi(scope, openapi))
  }
}

function serveDocument(server: FastifyInstance, path: string, document: JsonObject): void {
  const text = JSON.stringify(document)
  server.get(path, async (_request, reply) => {
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
    theme: { title: 'Parley API', css: [{ filename: 'parley.css', content: css }] },
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

// The address bar of Swagger UI loads other documents: not wanted here.
const css = `
.swagger-ui .topbar { background: #1d3a38; }
.swagger-ui .topbar .download-url-wrapper { visibility: hidden; }
`

const logo = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 150 40"><text x="0" y="29" fill="#fff" font-family="system-ui, sans-serif" font-size="26" font-weight="700">Parley API</text></svg>`
