import type { FastifyInstance, FastifyRequest } from 'fastify'
import { AppError } from '../../contract/error-codes.ts'
import { assertCleanText, parseClientJson } from '../../contract/json.ts'

const utf8 = new TextDecoder('utf-8', { fatal: true })

/** Bodies are JSON in UTF-8 and nothing else; texts anywhere in a request must be storable. */
export function jsonBody() {
  return (server: FastifyInstance): void => {
    server.removeAllContentTypeParsers()
    server.addContentTypeParser(
      'application/json',
      { parseAs: 'buffer' },
      async ({ headers }: FastifyRequest, body: Buffer) => {
        assertPlain(headers['content-encoding'])
        return body.length === 0 ? undefined : parseClientJson(decode(body))
      },
    )
    server.addHook('preValidation', async ({ params, query }) => {
      assertCleanText(params, '')
      assertCleanText(query, '')
    })
  }
}

/** A small body that unpacks to a large one would pass the limit. */
function assertPlain(encoding = 'identity'): void {
  if (encoding.trim().toLowerCase() === 'identity') return
  throw new AppError('unsupported_media_type', { reason: 'the body must not be compressed' })
}

function decode(body: Buffer): string {
  try {
    return utf8.decode(body)
  } catch (error) {
    throw new AppError('invalid_request', { reason: 'the body is not valid UTF-8', cause: error })
  }
}
