import type { FastifyInstance } from 'fastify'
import { AppError } from '../../contract/error-codes.ts'
import { hostFormsOf } from '../../infra/host-forms.ts'

/** Where PUBLIC_URL names the one host this server answers for, refuses every other `Host`
 *  (cache poisoning, DNS rebinding). Health checks reach the process by its address. */
export function hostAllowlist(publicUrl: string | undefined) {
  const own = publicUrl === undefined ? undefined : hostFormsOf(new URL(publicUrl))
  return (server: FastifyInstance): void => {
    if (own === undefined) return
    server.addHook('onRequest', async (request) => {
      if (own.includes(request.host.toLowerCase())) return
      if (/^\/(healthz|readyz|metrics)(\?|$)/.test(request.url)) return
      throw new AppError('invalid_request', { reason: 'this server does not answer for that host' })
    })
  }
}
