import multipart from '@fastify/multipart'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { DeclaredFile } from '../contract/endpoint.ts'
import { AppError } from '../contract/error-codes.ts'
import { pointerTo } from '../contract/pointer.ts'

/** Requests with a file that are answered at once: each file lies in memory meanwhile. */
const most = 16

/** Lets the routes of this scope take a file instead of JSON. AppError `overloaded` where too many
 *  come at once. */
export function fileBodies() {
  return async (scope: FastifyInstance): Promise<void> => {
    let present = 0
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', async () => {
      throw new AppError('unsupported_media_type', { reason: mediaType })
    })
    await scope.register(multipart)
    scope.addHook('preParsing', async (_request, reply) => {
      if (reply.raw.closed) return // its client has gone: no end would be heard
      if (present >= most) throw new AppError('overloaded', { retryAfterMs: 1000 })
      present++
      reply.raw.once('close', () => present--)
    })
  }
}

const mediaType = 'the body must be multipart/form-data'

/** The one part of the body. AppError `invalid_request`, `payload_too_large`,
 *  `unsupported_media_type`. */
export async function readFile(
  request: FastifyRequest,
  { maxBytes }: DeclaredFile,
): Promise<Buffer> {
  if (!request.isMultipart()) throw new AppError('unsupported_media_type', { reason: mediaType })
  try {
    return await onlyPart(request, maxBytes)
  } catch (error) {
    throw refusal(error, maxBytes)
  }
}

async function onlyPart(request: FastifyRequest, maxBytes: number): Promise<Buffer> {
  // One part more than is taken: it is refused by its name, not by a limit.
  const limits = { fileSize: maxBytes, fieldSize: 1024, parts: 2, headerPairs: 20 }
  let file: Buffer | undefined
  for await (const part of request.parts({ limits })) {
    if (part.fieldname !== 'file' || part.type !== 'file' || file) {
      throw fault(part.fieldname, 'is not known here, or there twice')
    }
    file = await part.toBuffer()
  }
  if (!file) throw fault('file', 'is missing')
  return file
}

function fault(name: string, detail: string): AppError {
  const errors = [{ pointer: pointerTo('', name), detail }]
  return new AppError('invalid_request', { errors })
}

function refusal(error: unknown, maxBytes: number): unknown {
  if (error instanceof AppError) return error
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'FST_REQ_FILE_TOO_LARGE') {
    const reason = `the file is larger than ${maxBytes / 1_000_000} MB`
    return new AppError('payload_too_large', { reason })
  }
  // What the parser says of a body that is not what it says has no status.
  const reason = 'the body is not well-formed multipart/form-data'
  return new AppError('invalid_request', { reason, cause: error })
}
