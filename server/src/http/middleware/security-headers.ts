import helmet from '@fastify/helmet'
import type { FastifyInstance } from 'fastify'

/** The headers a browser needs to be strict with us. HSTS only where we are served over TLS. */
export function securityHeaders(publicUrl: string | undefined) {
  return async (server: FastifyInstance): Promise<void> => {
    const overTls = publicUrl?.startsWith('https:') ?? false
    await server.register(helmet, {
      contentSecurityPolicy: {
        useDefaults: false,
        directives: {
          defaultSrc: ["'self'"],
          baseUri: ["'none'"],
          connectSrc: ["'self'"],
          formAction: ["'self'"],
          frameAncestors: ["'none'"],
          imgSrc: ["'self'", 'data:'],
          objectSrc: ["'none'"],
        },
      },
      frameguard: { action: 'deny' },
      referrerPolicy: { policy: 'no-referrer' },
      // Of this host only: what else runs under the same domain is not ours to decide.
      hsts: overTls ? { maxAge: 31_536_000, includeSubDomains: false } : false,
    })
  }
}
