import Fastify, { LogController } from 'fastify'
import type { FastifyBaseLogger, FastifyInstance } from 'fastify'
import type { Authenticator } from '../contract/caller.ts'
import type { Endpoint } from '../contract/endpoint.ts'
import type { Validators } from '../contract/validator.ts'
import type { Metrics } from '../infra/metrics.ts'
import type { RateLimits } from '../infra/rate-limits.ts'
import { accessLog } from './middleware/access-log.ts'
import { authenticate } from './middleware/authenticate.ts'
import { authorize } from './middleware/authorize.ts'
import { cors } from './middleware/cors.ts'
import { draining } from './middleware/draining.ts'
import { hostAllowlist } from './middleware/host-allowlist.ts'
import { jsonBody } from './middleware/json-body.ts'
import { rateLimit } from './middleware/rate-limit.ts'
import { recovery } from './middleware/recovery.ts'
import { newRequestId, requestId } from './middleware/request-id.ts'
import { requestTimes } from './middleware/request-times.ts'
import { securityHeaders } from './middleware/security-headers.ts'
import { fileBodies } from './file-body.ts'
import { mount } from './mount.ts'
import { serializer } from './serializer.ts'
import { refuseUnreadable } from './unreadable.ts'

export interface HttpOptions {
  logger: FastifyBaseLogger
  corsOrigins: readonly string[]
  publicUrl: string | undefined
  /** The addresses of the proxies that may set X-Forwarded-*. */
  trustProxy: string | undefined
}

interface HttpDeps {
  options: HttpOptions
  authenticator: Pick<Authenticator, 'authenticate'>
  limits: RateLimits
  metrics: Metrics
  validators: Validators
  endpoints: readonly Endpoint[]
}

/** Every request passes these, top to bottom, before its handler. */
function middlewareOf({ options, authenticator, limits, metrics }: HttpDeps) {
  return [
    recovery(), // first: whatever follows may throw
    requestId(),
    accessLog(options.logger),
    requestTimes(metrics), // before whatever may refuse
    draining(),
    securityHeaders(options.publicUrl),
    hostAllowlist(options.publicUrl),
    cors(options.corsOrigins), // before authenticate: a preflight carries no token
    jsonBody(),
    authenticate(authenticator),
    rateLimit(limits), // a signed-in person is counted, else the address: refused tokens too
    authorize(),
  ]
}

/** The HTTP door: middleware, then one route for every declared endpoint. */
export async function createHttpServer(deps: HttpDeps): Promise<FastifyInstance> {
  const { options, validators, endpoints } = deps
  const server = Fastify({
    loggerInstance: options.logger,
    // access-log.ts writes the two lines of a request.
    logController: new LogController({
      disableRequestLogging: true,
      requestIdLogLabel: 'requestId',
    }),
    genReqId: newRequestId,
    trustProxy: options.trustProxy ?? false,
    bodyLimit: 128 * 1024,
    clientErrorHandler: refuseUnreadable,
    // Idle keep-alive connections must not hold up a drain.
    forceCloseConnections: 'idle',
    // What still comes in on a connection that is open is answered: /readyz says why it must not.
    return503OnClosing: false,
    // A request that trickles in for longer holds a connection, and a drain, for nothing.
    requestTimeout: 60_000,
    rewriteUrl: ({ url = '/' }) => (isDecodable(url) ? url : undecodable),
    // Longer than any address can be: what a parameter may be, its schema says.
    routerOptions: { maxParamLength: 65_536 },
  })
  server.setValidatorCompiler(mount.validatorCompiler(validators))
  server.setSerializerCompiler(serializer)
  for (const use of middlewareOf(deps)) await Promise.resolve(use(server))
  const [withFile, others] = [
    endpoints.filter(takesFile),
    endpoints.filter((one) => !takesFile(one)),
  ]
  for (const endpoint of others) mount.endpoint(server, endpoint)
  await server.register(async (scope) => {
    await fileBodies()(scope)
    for (const endpoint of withFile) mount.endpoint(scope, endpoint)
  })
  return server
}

function takesFile({ declaration }: Endpoint): boolean {
  return declaration.file !== undefined
}

/** The router refuses what it cannot decode before any middleware: it is nobody's address. */
const undecodable = '/undecodable'

function isDecodable(url: string): boolean {
  if (!url.includes('%')) return true
  try {
    decodeURIComponent(url.split('?', 1)[0] ?? '')
    return true
  } catch {
    return false
  }
}
