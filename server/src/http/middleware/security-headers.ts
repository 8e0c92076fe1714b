import type { FastifyInstance } from 'fastify'
import helmet from 'helmet'

/** The headers a browser needs to be strict with us. HSTS only where we are served over TLS. What
 *  the API answers is one person's: nobody keeps it unless its route says so. */
export function securityHeaders(publicUrl: string | undefined) {
  const overTls = publicUrl?.startsWith('https:') ?? false
  // Fastify's own plugin makes this function anew for every request.
  const setHeaders = helmet({
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
  return (server: FastifyInstance): void => {
    server.addHook('onRequest', (request, reply, done) => {
      if (request.url.startsWith('/v1/')) reply.header('cache-control', 'no-store')
      setHeaders(request.raw, reply.raw, (error) => done(error as Error | undefined)) // it throws nothing else
    })
  }
}
