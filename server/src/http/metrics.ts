import { createServer } from 'node:http'
import type { Server } from 'node:http'
import type { FastifyInstance } from 'fastify'
import type { Metrics } from '../infra/metrics.ts'

/** Serves `/metrics` beside the API. */
export function metricsRoute(metrics: Metrics) {
  return (server: FastifyInstance): void => {
    server.get('/metrics', async (_request, reply) =>
      reply.type(metrics.contentType).send(await metrics.text()),
    )
  }
}

/** A server of its own for METRICS_PORT, which a firewall can keep inside. */
export function metricsServer(metrics: Metrics): Server {
  return createServer((request, response) => {
    if (request.url !== '/metrics') {
      response.writeHead(404).end()
      return
    }
    metrics.text().then(
      (text) => response.writeHead(200, { 'content-type': metrics.contentType }).end(text),
      () => response.writeHead(500).end(),
    )
  })
}
