import type { FastifyInstance } from 'fastify'
import { AppError } from '../contract/error-codes.ts'
import { socketPath } from '../contract/frames.ts'

/** Whoever asks the socket's address without WebSocket is told what it is. */
export function socketAddress() {
  return (server: FastifyInstance): void => {
    server.get(socketPath, { config: { operation: 'open the socket' } }, async (_, reply) => {
      reply.header('upgrade', 'websocket').header('connection', 'upgrade')
      throw new AppError('upgrade_required')
    })
  }
}
