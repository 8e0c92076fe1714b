import fastifyCors from '@fastify/cors'
import type { FastifyInstance } from 'fastify'

/** Answers browsers of the listed origins, exactly as listed; no other origin, no wildcard. */
export function cors(origins: readonly string[]) {
  return async (server: FastifyInstance): Promise<void> => {
    await server.register(fastifyCors, {
      origin: [...origins],
      // For the refresh cookie; with a list there is no wildcard.
      credentials: origins.length > 0,
      methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
      allowedHeaders: ['authorization', 'content-type', 'x-request-id'],
      exposedHeaders: ['location', 'ratelimit', 'ratelimit-policy', 'retry-after', 'x-request-id'],
      maxAge: 600,
      strictPreflight: false,
    })
  }
}
