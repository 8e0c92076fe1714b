import type { JsonObject } from './components.ts'
import { operationOf } from './endpoint.ts'
import type { Declaration } from './endpoint.ts'
import { AppError, errorCodes } from './error-codes.ts'
import type { ErrorCode } from './error-codes.ts'
import { problemContentType, problemOf } from './problem.ts'

/** What every operation can answer with. Nothing is taken where nothing is declared: a query can be
 *  wrong everywhere. */
const always: readonly ErrorCode[] = ['rate_limited', 'internal', 'unavailable', 'invalid_request']
/** What those can whose body is looked at, though they declare none. */
const ofBodies: readonly ErrorCode[] = ['payload_too_large', 'unsupported_media_type']
/** Written once for all operations; each has a status of its own. */
const common = [...always.filter((code) => code !== 'invalid_request'), ...ofBodies]

/** Every code an operation can answer with: its own, and those its form brings with it. */
export function errorCodesOf(declaration: Declaration): ErrorCode[] {
  const { method, access, file, errors } = declaration
  const codes = new Set<ErrorCode>([...errors, ...always, ...(method === 'GET' ? [] : ofBodies)])
  if (file) codes.add('overloaded')
  if (access !== 'public') codes.add('unauthenticated').add('insufficient_scope')
  if (access === 'admin') codes.add('forbidden')
  return [...codes].sort((a, b) => statusOf(a) - statusOf(b))
}

/** The error responses of an operation by status, with one example for each code. */
export function errorResponses(declaration: Declaration): JsonObject {
  const codes = errorCodesOf(declaration)
  const statuses = [...new Set(codes.map(statusOf))]
  const responses = statuses.map((status) => {
    const here = codes.filter((code) => statusOf(code) === status)
    const shared = here.length === 1 && here.every((code) => common.includes(code))
    const response = { $ref: `#/components/responses/${here.join()}` }
    return [status, shared ? response : errorResponse(operationOf(declaration.id), here)]
  })
  return Object.fromEntries(responses)
}

/** The responses every operation shares, as `components.responses`. */
export function commonErrorResponses(): JsonObject {
  const responses = common.map((code) => [code, errorResponse('answer the request', [code])])
  return Object.fromEntries(responses)
}

function statusOf(code: ErrorCode): number {
  return errorCodes[code].status
}

/** `codes` share one status. */
function errorResponse(operation: string, codes: readonly ErrorCode[]): JsonObject {
  const examples = codes.map((code) => [code, errorExample(operation, code)])
  const mayWait = codes.some((code) => statusOf(code) === 429 || statusOf(code) === 503)
  return {
    description: codes.map((code) => `\`${code}\`: ${errorCodes[code].reason}.`).join('\n\n'),
    ...(mayWait && { headers: { 'Retry-After': { $ref: '#/components/headers/RetryAfter' } } }),
    content: {
      [problemContentType]: {
        schema: { $ref: '#/components/schemas/Problem' },
        examples: Object.fromEntries(examples),
      },
    },
  }
}

function errorExample(operation: string, code: ErrorCode): JsonObject {
  const problem = problemOf(new AppError(code), operation, '0192f0c1-7a5e-7c3b-9d2e-5f1a2b3c4d5e')
  const { type, title, status, detail, requestId } = problem
  return { summary: title, value: { type, title, status, detail, code, requestId } }
}
