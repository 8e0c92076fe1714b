import type { FastifyBaseLogger, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

/** One line when a request arrives, one when it is over: answered, or left by its client. The path
 *  stands without its query; never a header, body or token. */
export function accessLog(logger: FastifyBaseLogger) {
  return (server: FastifyInstance): void => {
    server.addHook('onRequest', async (request, reply) => {
      logger.info({ ...lineOf(request), address: request.ip }, 'request received')
      // Not onResponse: it is silent where the client went before the answer was written.
      reply.raw.once('close', () => {
        const line = { ...lineOf(request), ...outcomeOf(request, reply) }
        if (reply.sent) logger.info({ ...line, status: reply.statusCode }, 'request completed')
        else logger.info(line, 'request aborted by its client')
      })
    })
  }
}

function lineOf({ id, method, originalUrl }: FastifyRequest) {
  return { requestId: id, method, path: originalUrl.split('?', 1)[0] }
}

function outcomeOf({ caller }: FastifyRequest, { elapsedTime }: FastifyReply) {
  return {
    durationMs: Math.round(elapsedTime * 10) / 10,
    userId: caller?.userId,
    sessionId: caller?.sessionId,
  }
}
