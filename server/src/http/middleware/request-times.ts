import type { FastifyInstance, FastifyRequest } from 'fastify'
import { createHistogram } from '../../infra/metrics.ts'
import type { Metrics } from '../../infra/metrics.ts'

/** Counts requests and how long they took, by the route they found: addresses nobody declared are
 *  one, so that a stranger cannot make new ones up. */
export function requestTimes(metrics: Metrics) {
  const times = createHistogram({
    name: 'parley_http_request_duration_seconds',
    help: 'Requests by route and status, "aborted" where the client did not wait.',
    labels: ['method', 'route', 'status'],
    buckets: [0.002, 0.003, 0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.2, 0.5, 1, 5],
  })
  metrics.add(times)
  return (server: FastifyInstance): void => {
    server.addHook('onRequest', async (request, reply) => {
      // As in access-log.ts: onResponse is silent where the client went before the answer.
      reply.raw.once('close', () => {
        const status = reply.sent ? reply.statusCode : 'aborted'
        times.observe({ ...labelsOf(request), status }, reply.elapsedTime / 1000)
      })
    })
  }
}

function labelsOf({ method, routeOptions, is404 }: FastifyRequest) {
  if (is404 || routeOptions.url === undefined) return { method: 'any', route: 'unknown' }
  return { method, route: routeOptions.url.replaceAll(/:(\w+)/g, '{$1}') }
}
