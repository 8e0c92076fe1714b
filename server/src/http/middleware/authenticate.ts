import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Authenticator, Caller } from '../../contract/caller.ts'
import { AppError } from '../../contract/error-codes.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Who calls; absent on public routes, and where nobody could be told. */
    caller?: Caller
    /** Why nobody could be told. */
    refusal?: unknown
  }
}

/** Finds out who calls a protected route. Whether that is enough, authorize.ts says: a refused
 *  token counts against its address first, so that nobody tries them without end. */
export function authenticate(authenticator: Pick<Authenticator, 'authenticate'>) {
  return (server: FastifyInstance): void => {
    server.decorateRequest('caller')
    server.decorateRequest('refusal')
    server.addHook('onRequest', async (request) => {
      const { access } = request.routeOptions.config
      if (access === undefined || access === 'public') return
      try {
        request.caller = await authenticator.authenticate(bearerOf(request))
      } catch (error) {
        request.refusal = error
      }
    })
  }
}

function bearerOf({ headers }: FastifyRequest): string {
  const [scheme, token, ...rest] = (headers.authorization ?? '').split(' ')
  if (scheme?.toLowerCase() === 'bearer' && token && rest.length === 0) return token
  throw new AppError('unauthenticated')
}
