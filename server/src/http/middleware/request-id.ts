import type { FastifyInstance } from 'fastify'
import type { IncomingMessage } from 'node:http'
import { uuidv7 } from 'uuidv7'

const acceptable = /^[\w.-]{1,64}$/

/** The caller's X-Request-Id where it is harmless to log, else a new one. */
export function newRequestId(request: Pick<IncomingMessage, 'headers'>): string {
  const given = request.headers['x-request-id']
  return typeof given === 'string' && acceptable.test(given) ? given : uuidv7()
}

/** Answers every request with the id its log lines carry. */
export function requestId() {
  return (server: FastifyInstance): void => {
    server.addHook('onRequest', async (request, reply) => {
      reply.header('x-request-id', request.id)
    })
  }
}
