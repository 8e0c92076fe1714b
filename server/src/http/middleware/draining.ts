import type { FastifyInstance } from 'fastify'

/** From the moment the server stops, an answer also ends its connection: one that was busy just
 *  then is not among the idle ones that are closed, and kept alive it would hold up the drain. */
export function draining() {
  return (server: FastifyInstance): void => {
    let stopping = false
    server.addHook('preClose', async () => {
      stopping = true
    })
    server.addHook('onSend', async (_request, reply) => {
      if (stopping) reply.header('connection', 'close')
    })
  }
}
