import type { FastifyInstance, FastifyReply, FastifyRequest, FastifySchema } from 'fastify'
import type { Access, AnyAnswer, Declaration, Endpoint, LimitName } from '../contract/endpoint.ts'
import { operationOf } from '../contract/endpoint.ts'
import { AppError } from '../contract/error-codes.ts'
import { Struct } from '../contract/schema.ts'
import { scopeOf } from '../contract/scopes.ts'
import type { Scope } from '../contract/scopes.ts'
import type { Validators } from '../contract/validator.ts'
import type { TSchema } from 'typebox'
import { readFile } from './file-body.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The operation in error sentences: "send message". */
    operation?: string
    access?: Access
    limit?: LimitName
    /** null: no personal access token will do. */
    scope?: Scope | null
    /** Whether a token of TRUSTED_ISSUER will do where no personal one does. */
    issuerToo?: boolean
  }
}

/** Puts declared endpoints on Fastify: its router, our validators. */
export const mount = {
  validatorCompiler(validators: Validators) {
    return ({ schema, httpPart }: { schema: unknown; httpPart?: string }) => {
      // Fastify hands back the very schemas the declarations gave it.
      const part = schema as TSchema
      const check = httpPart === 'body' ? validators.strict(part) : validators.coercing(part)
      return (value: unknown) => {
        // As Fastify's router has it, /rooms/ is the room without an id: nothing is there.
        if (httpPart === 'params' && hasEmpty(value)) return { error: new AppError('not_found') }
        const errors = check(value)
        return errors ? { error: new AppError('invalid_request', { errors }) } : { value }
      }
    }
  },

  endpoint(server: FastifyInstance, { declaration, handle }: Endpoint): void {
    server.route({
      method: declaration.method,
      url: declaration.path.replaceAll(/\{(\w+)\}/g, ':$1'),
      schema: fastifySchema(declaration),
      config: {
        operation: operationOf(declaration.id),
        access: declaration.access,
        limit: declaration.limit ?? 'default',
        scope: scopeOf(declaration),
        issuerToo: declaration.issuerToo ?? false,
      },
      ...((declaration.bodyOptional || !declaration.body) && { preValidation: emptyBody }),
      handler: async (request, reply) => {
        const file = declaration.file && (await readFile(request, declaration.file))
        return answer(reply, await handle({ ...inputOf(request), file }))
      },
    })
  },
}

function hasEmpty(params: unknown): boolean {
  return typeof params === 'object' && Object.values(params ?? {}).includes('')
}

async function emptyBody(request: FastifyRequest): Promise<void> {
  if (request.body === undefined) request.body = {}
}

/** Where nothing is declared, nothing is taken: unknown fields are refused, never ignored. */
const nothing = Struct({})

function fastifySchema({ method, params, query, body, file, answers }: Declaration): FastifySchema {
  const response: Record<string, TSchema> = {}
  for (const [status, success] of Object.entries(answers)) {
    if (success.body) response[status] = success.body
  }
  return {
    response,
    querystring: query ?? nothing,
    ...(params && { params }),
    // That of a GET is never read; that of a file is none yet.
    ...(method !== 'GET' && !file && { body: body ?? nothing }),
  }
}

function inputOf(request: FastifyRequest) {
  const { accept, cookie, origin, host } = request.headers
  return {
    params: request.params,
    query: request.query,
    body: request.body,
    caller: request.caller,
    context: {
      requestId: request.id,
      address: request.ip,
      userAgent: request.headers['user-agent'] ?? '',
      accept,
      cookie,
      origin,
      host,
    },
  }
}

function answer(reply: FastifyReply, { status, body, headers }: AnyAnswer): FastifyReply {
  if (headers) reply.headers(headers)
  return reply.status(status).send(body === null ? undefined : body)
}
