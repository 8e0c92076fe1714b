import type { FastifyInstance } from 'fastify'
import type { Authenticator, Caller } from '../../contract/caller.ts'
import { AppError } from '../../contract/error-codes.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Who calls; absent on public routes. */
    caller?: Caller
  }
}

/** Protects every route whose declaration says `access: 'user'` or `'admin'`. */
export function authenticate(authenticator: Authenticator) {
  return (server: FastifyInstance): void => {
    server.decorateRequest('caller')
    server.addHook('onRequest', async (request) => {
      const { access } = request.routeOptions.config
      if (access === undefined || access === 'public') return
      request.caller = await authenticator.authenticate(bearer(request.headers.authorization))
      if (access === 'admin' && request.caller.role !== 'admin') throw new AppError('forbidden')
    })
  }
}

function bearer(header: string | undefined): string {
  const [scheme, token, ...rest] = (header ?? '').split(' ')
  if (scheme?.toLowerCase() === 'bearer' && token && rest.length === 0) return token
  throw new AppError('unauthenticated')
}
