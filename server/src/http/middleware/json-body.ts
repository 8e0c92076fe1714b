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
      async (_: FastifyRequest, body: Buffer) =>
        body.length === 0 ? undefined : parseClientJson(decode(body)),
    )
    server.addHook('preValidation', async ({ params, query }) => {
      assertCleanText(params, '')
      assertCleanText(query, '')
    })
  }
}

function decode(body: Buffer): string {
  try {
    return utf8.decode(body)
  } catch (error) {
    throw new AppError('invalid_request', { reason: 'the body is not valid UTF-8', cause: error })
  }
}
