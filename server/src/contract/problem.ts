import { Type } from 'typebox'
import type { Static } from 'typebox'
import { errorCodes } from './error-codes.ts'
import type { AppError } from './error-codes.ts'
import { StringEnum, Struct, named, ref } from './schema.ts'

export const problemContentType = 'application/problem+json'

// Object.keys loses the literal type of the registry's keys.
const codes = Object.keys(errorCodes) as (keyof typeof errorCodes)[]
export const ErrorCodeSchema = named(
  'ErrorCode',
  StringEnum(codes, { description: 'Stable: branch on it.' }),
)

/** RFC 9457 problem details. */
export const Problem = named(
  'Problem',
  Struct(
    {
      type: Type.String({ description: 'urn:parley:problem:<code>' }),
      title: Type.String(),
      status: Type.Integer(),
      detail: Type.String({ description: 'What was tried, then why it failed.' }),
      code: ref(ErrorCodeSchema),
      requestId: Type.String({ description: 'Names this request in the server log.' }),
      errors: Type.Optional(
        Type.Array(
          Struct({
            pointer: Type.String({ description: 'RFC 6901, into the body, query or path.' }),
            detail: Type.String(),
          }),
        ),
      ),
      retryAfterMs: Type.Optional(Type.Integer({ minimum: 0 })),
    },
    { description: 'Every error of the HTTP API.' },
  ),
)
export type Problem = Static<typeof Problem>

/** The HTTP door's mapper from an error to what the client reads. */
export function problemOf(error: AppError, operation: string, requestId: string): Problem {
  return {
    type: `urn:parley:problem:${error.code}`,
    title: errorCodes[error.code].title,
    status: error.status,
    detail: error.sentence(operation),
    code: error.code,
    requestId,
    ...(error.errors === undefined ? {} : { errors: error.errors }),
    ...(error.retryAfterMs === undefined ? {} : { retryAfterMs: error.retryAfterMs }),
  }
}
