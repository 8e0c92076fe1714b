import { createServer } from 'node:http'
import type { Server } from 'node:http'
import { BlockList } from 'node:net'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { AppError } from '../contract/error-codes.ts'
import type { MetricsPage } from '../infra/metrics.ts'

const thisMachine = new BlockList()
thisMachine.addSubnet('127.0.0.0', 8)
thisMachine.addAddress('::1', 'ipv6')

/** Serves `/metrics` beside the API, to this machine only: how busy a server is, and with what,
 *  is nobody's business. AppError `forbidden` to others, and to what a proxy passes on. */
export function metricsRoute(metrics: MetricsPage) {
  return (server: FastifyInstance): void => {
    server.get('/metrics', async (request, reply) => {
      if (!isFromThisMachine(request)) {
        throw new AppError('forbidden', { reason: 'set METRICS_PORT to read it from elsewhere' })
      }
      return reply.type(metrics.contentType).send(await metrics.text())
    })
  }
}

/** A server of its own for METRICS_PORT, which a firewall can keep inside. */
export function metricsServer(metrics: MetricsPage): Server {
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

/** A proxy on this machine is at a local address whoever asks it: its headers tell. */
function isFromThisMachine({ raw: { socket }, headers }: FastifyRequest): boolean {
  if (headers.forwarded ?? headers['x-forwarded-for'] ?? headers.via) return false
  const { remoteAddress = '', remoteFamily } = socket
  return thisMachine.check(remoteAddress, remoteFamily === 'IPv6' ? 'ipv6' : 'ipv4')
}
