import type { FastifyBaseLogger, FastifyInstance } from 'fastify'

/** One line when a request arrives, one when it is answered: the path without its query, never
 *  a header, body or token. */
export function accessLog(logger: FastifyBaseLogger) {
  return (server: FastifyInstance): void => {
    server.addHook('onRequest', async ({ id, method, url, ip }) => {
      logger.info({ requestId: id, method, path: pathOf(url), address: ip }, 'request received')
    })
    server.addHook('onResponse', async (request, reply) => {
      const line = {
        requestId: request.id,
        method: request.method,
        path: pathOf(request.url),
        status: reply.statusCode,
        durationMs: Math.round(reply.elapsedTime * 10) / 10,
        userId: request.caller?.userId,
        sessionId: request.caller?.sessionId,
      }
      logger.info(line, 'request completed')
    })
  }
}

function pathOf(url: string): string {
  const query = url.indexOf('?')
  return query === -1 ? url : url.slice(0, query)
}
