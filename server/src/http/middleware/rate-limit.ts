import type { FastifyInstance } from 'fastify'
import type { LimitName } from '../../contract/endpoint.ts'
import type { RateLimits } from '../../infra/rate-limits.ts'

/** Counts a signed-in request against the person, any other against the address, and says how
 *  much is left (draft-ietf-httpapi-ratelimit-headers). AppError `rate_limited` past the limit. */
export function rateLimit(limits: RateLimits) {
  return (server: FastifyInstance): void => {
    server.addHook('onRequest', async (request, reply) => {
      const { limit } = request.routeOptions.config
      if (limit === undefined) return
      const state = await limits.take(limit, request.caller?.userId ?? addressKey(request.ip))
      reply.header('ratelimit-policy', `"${limit}";q=${state.quota};w=${state.windowSeconds}`)
      reply.header('ratelimit', describe(limit, state.remaining, state.resetSeconds))
      if (state.refused) throw state.refused
    })
  }
}

function describe(limit: LimitName, remaining: number, resetSeconds: number): string {
  return `"${limit}";r=${remaining};t=${resetSeconds}`
}

/** One key for an IPv4 address, one for a whole IPv6 /64: that is what one customer gets. */
export function addressKey(address: string): string {
  const ipv4 = address.replace(/^::ffff:(?=[\d.]+$)/i, '') // as a dual-stack socket names it
  if (!ipv4.includes(':')) return ipv4
  const [head = '', tail = ''] = address.split('::')
  const left = head === '' ? [] : head.split(':')
  const right = tail === '' ? [] : tail.split(':')
  const missing = Math.max(0, 8 - left.length - right.length)
  const groups = [...left, ...Array<string>(missing).fill('0'), ...right]
  return groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')
}
