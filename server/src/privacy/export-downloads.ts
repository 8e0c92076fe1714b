import type { FastifyInstance } from 'fastify'
import type { DataExports } from './data-exports.ts'
import { downloadPath } from './download-link.ts'

/** Where the links of exports lead; their signature stands for the token. Not a declared endpoint:
 *  those answer with JSON. */
export function exportDownloads(exports: Pick<DataExports, 'open'>) {
  return (server: FastifyInstance): void => {
    server.get<{ Params: { id: string }; Querystring: Record<string, unknown> }>(
      `${downloadPath}/:id`,
      {
        exposeHeadRoute: false,
        config: { operation: 'download export', access: 'public', limit: 'default' },
      },
      async ({ params, query: { expires, signature } }, reply) => {
        const link = { expires: textOf(expires), signature: textOf(signature) }
        const file = await exports.open(params.id, link)
        return reply
          .type('application/zip')
          .header('content-disposition', 'attachment; filename="my-data.zip"')
          .header('cache-control', 'no-store')
          .send(file)
      },
    )
  }
}

/** A parameter given twice is a list. */
function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
