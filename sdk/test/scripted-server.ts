// A server that says what a test tells it to: for the failures a good server never shows.
import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { onTestFinished } from 'vitest'
import { WebSocketServer } from 'ws'
import type { WebSocket } from 'ws'
import type { SessionGrant } from '../src/index.ts'

export interface SeenRequest {
  method: string
  path: string
  token: string | undefined
  body: unknown
}

/** What to answer: a status and, where there is one, a JSON body. */
type Script = (request: SeenRequest) => { status: number; body?: unknown; type?: string }

export interface ScriptedServer {
  url: string
  requests: SeenRequest[]
}

/** Listens until the test is over; sockets are handed to `onSocket` once they are open. */
export async function scriptedServer(
  script: Script,
  onSocket: (socket: WebSocket) => void = (socket) => socket.close(),
): Promise<ScriptedServer> {
  const requests: SeenRequest[] = []
  const server = createServer((request, response) => void answer(request, response))
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const seen = await read(request)
    requests.push(seen)
    const { status, body, type = 'application/json' } = script(seen)
    response.writeHead(status, { 'content-type': type, 'x-request-id': 'request-1' })
    response.end(body === undefined ? undefined : JSON.stringify(body))
  }
  const sockets = new WebSocketServer({ server, path: '/v1/socket' })
  sockets.on('connection', onSocket)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(async () => {
    for (const socket of sockets.clients) socket.terminate()
    sockets.close()
    await new Promise((resolve) => server.close(resolve))
  })
  const { port } = server.address() as AddressInfo // it listens on TCP
  return { url: `http://127.0.0.1:${port}`, requests }
}

async function read(request: IncomingMessage): Promise<SeenRequest> {
  const body = await text(request)
  return {
    method: request.method ?? '',
    path: request.url ?? '',
    token: request.headers.authorization?.replace('Bearer ', ''),
    body: body === '' ? undefined : JSON.parse(body),
  }
}

/** A session whose tokens are numbered. */
export function grant(number: number, expiresIn = 600): SessionGrant {
  return {
    id: 'session',
    accessToken: `access-${number}`,
    refreshToken: `refresh-${number}`,
    expiresIn,
  }
}

export function problem(status: number, code: string) {
  const detail = `unable to do it; ${code}`
  const body = { type: '', title: '', status, detail, code, requestId: 'request-1' }
  return { status, body, type: 'application/problem+json; charset=utf-8' }
}
