import type { FastifyInstance } from 'fastify'
import { AppError } from '../../contract/error-codes.ts'
import { requireScope } from '../../contract/scopes.ts'

/** Protects every route whose declaration says `access: 'user'` or `'admin'`. */
export function authorize() {
  return (server: FastifyInstance): void => {
    server.addHook('onRequest', async ({ caller, refusal, routeOptions }) => {
      const { access, scope = null, issuerToo = false } = routeOptions.config
      if (access === undefined || access === 'public') return
      if (!caller) throw refusal ?? new AppError('unauthenticated')
      if (access === 'admin' && caller.role !== 'admin') throw new AppError('forbidden')
      requireScope(caller.scopes, scope)
      if (caller.fromIssuer && scope === null && !issuerToo) throw ownSessionNeeded()
    })
  }
}

/** Else her person could make herself a way in that the issuer knows nothing of. */
function ownSessionNeeded(): AppError {
  return new AppError('insufficient_scope', {
    reason:
      'this needs a session of this server; how you sign in, the issuer of your token decides',
  })
}
