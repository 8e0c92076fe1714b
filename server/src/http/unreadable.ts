import type { Socket } from 'node:net'
import { AppError } from '../contract/error-codes.ts'
import type { ErrorCode } from '../contract/error-codes.ts'
import { problemContentType, problemOf } from '../contract/problem.ts'
import { newRequestId } from './middleware/request-id.ts'

/** Answers what never became a request, so that no middleware sees it, with a problem like every
 *  other refusal, and ends the connection. */
export function refuseUnreadable(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy()
  const { status, code, reason } = refusals[error.code ?? ''] ?? malformed
  const id = newRequestId({ headers: {} })
  const problem = problemOf(new AppError(code, { reason }), 'answer the request', id)
  const body = JSON.stringify({ ...problem, status: Number.parseInt(status) })
  const answer = [
    `HTTP/1.1 ${status}`,
    `Content-Type: ${problemContentType}; charset=utf-8`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    `X-Request-Id: ${id}`,
    'X-Content-Type-Options: nosniff',
    'Connection: close',
    '',
    body,
  ].join('\r\n')
  socket.end(answer, () => socket.destroy())
}

interface Refusal {
  status: string
  code: ErrorCode
  reason: string
}

const malformed: Refusal = {
  status: '400 Bad Request',
  code: 'invalid_request',
  reason: 'it is not HTTP as this server reads it',
}

/** By the code of Node's parser. */
const refusals: Record<string, Refusal> = {
  HPE_HEADER_OVERFLOW: {
    status: '431 Request Header Fields Too Large',
    code: 'payload_too_large',
    reason: 'its address and headers are larger than 16 KiB',
  },
  ERR_HTTP_REQUEST_TIMEOUT: {
    status: '408 Request Timeout',
    code: 'invalid_request',
    reason: 'its end did not come in time',
  },
}
