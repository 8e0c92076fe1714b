import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { AppError } from '../../contract/error-codes.ts'
import type { ErrorCode } from '../../contract/error-codes.ts'
import { problemContentType, problemOf } from '../../contract/problem.ts'
import { AllowedMethods } from './allowed-methods.ts'

/** Fastify's own refusals, told apart by status. */
const byStatus: Record<number, ErrorCode> = {
  404: 'not_found',
  413: 'payload_too_large',
  415: 'unsupported_media_type',
  503: 'unavailable',
}

/** Methods that only look whether something is there. */
const asksOnly = new Set(['HEAD', 'OPTIONS'])

/** Turns whatever a hook or handler throws into a problem; no request can end the process. */
export function recovery() {
  return (server: FastifyInstance): void => {
    server.setErrorHandler((error, request, reply) => {
      const known = appErrorOf(error)
      if (isFailure(known)) request.log.error({ err: known.cause ?? known }, 'request failed')
      return sendProblem(request, reply, known)
    })
    const allowed = new AllowedMethods()
    allowed.watch(server)
    server.setNotFoundHandler((request, reply) => {
      const methods = asksOnly.has(request.method) ? [] : allowed.at(request.url)
      if (methods.length === 0) return sendProblem(request, reply, new AppError('not_found'))
      reply.header('allow', methods.join(', '))
      return sendProblem(request, reply, new AppError('method_not_allowed'))
    })
  }
}

/** A refusal under load (P7) has no cause: a flood of them must not flood the log. */
function isFailure({ status, code, cause }: AppError): boolean {
  return status >= 500 && (code === 'internal' || cause !== undefined)
}

function appErrorOf(error: unknown): AppError {
  if (error instanceof AppError) return error
  const status = (error as Partial<FastifyError> | null)?.statusCode // absent on anything else
  if (status === undefined || status < 400) return new AppError('internal', { cause: error })
  const code = byStatus[status] ?? (status < 500 ? 'invalid_request' : 'internal')
  return new AppError(code, { cause: error })
}

function sendProblem(request: FastifyRequest, reply: FastifyReply, error: AppError): FastifyReply {
  const operation = request.routeOptions.config?.operation ?? 'answer the request'
  if (error.status === 401) reply.header('www-authenticate', 'Bearer realm="parley"')
  if (error.retryAfterMs !== undefined) {
    reply.header('retry-after', Math.ceil(error.retryAfterMs / 1000))
  }
  return reply
    .status(error.status)
    .type(problemContentType)
    .send(JSON.stringify(problemOf(error, operation, request.id))) // text: no hook can refuse it
}
