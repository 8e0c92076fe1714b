import type { FastifyInstance } from 'fastify'
import { connect } from 'node:net'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test, vi } from 'vitest'
import { loggedServer } from '../../../test/logged-server.ts'
import { accessLog } from './access-log.ts'
import { recovery } from './recovery.ts'

let server: FastifyInstance
afterEach(() => server.close())

/** With a route that answers when it is let go. */
function listeningServer() {
  const { logger, lines, ...logged } = loggedServer('info')
  server = logged.server
  recovery()(server)
  accessLog(logger)(server)
  let release = (): void => {}
  const held = new Promise<void>((resolve) => (release = resolve))
  server.decorateRequest('caller')
  server.addHook('onRequest', async (request) => {
    if (!request.url.startsWith('/notes/')) return
    request.caller = { userId: 'ada', sessionId: 'phone', role: 'user', expiresAt: 0 }
  })
  server.get('/notes/:id', async () => ({ secret: 'in the body' }))
  server.post('/notes', async () => ({}))
  server.get('/held', async () => {
    await held
    return {}
  })
  server.get('/broken', async () => {
    throw new Error('broken inside')
  })
  return { lines, release }
}

const messagesOf = (lines: Record<string, unknown>[]) => lines.map(({ msg }) => msg)

test('a request leaves one line when it comes and one when it is answered, and no more', async () => {
  const { lines } = listeningServer()
  await server.inject({ path: '/notes/7', headers: { 'user-agent': 'test' } })
  const request = { requestId: 'an-id', method: 'GET', path: '/notes/7' }
  const line = { level: 'info', time: expect.any(String), ...request }
  const caller = { userId: 'ada', sessionId: 'phone' }
  expect(lines()).toEqual([
    { ...line, msg: 'request received', address: '127.0.0.1' },
    { ...line, msg: 'request completed', status: 200, durationMs: expect.any(Number), ...caller },
  ])
})

test('neither the query nor a header nor a body is in a line', async () => {
  const { lines } = listeningServer()
  await server.inject({
    method: 'POST',
    path: '/notes?token=in-the-query#in-the-fragment',
    headers: { authorization: 'Bearer in-a-header', cookie: 'in-a-cookie' },
    payload: { password: 'in-the-body' },
  })
  await server.inject('/notes/7')
  expect(lines()).toHaveLength(4)
  expect(JSON.stringify(lines())).not.toMatch(/in-the-|in-a-|in the body/)
})

test('a refused and a failed request leave their two lines as well', async () => {
  const { lines } = listeningServer()
  await server.inject('/nothing')
  await server.inject({
    method: 'POST',
    path: '/notes',
    payload: '{',
    headers: { 'content-type': 'application/json' },
  })
  await server.inject('/broken')
  const both = ['request received', 'request completed']
  const failed = ['request received', 'request failed', 'request completed']
  expect(messagesOf(lines())).toEqual([...both, ...both, ...failed])
  expect(lines().flatMap(({ status }) => status ?? [])).toEqual([404, 400, 500])
  expect(new Set(lines().map(({ requestId }) => requestId))).toEqual(new Set(['an-id']))
})

test('a client that goes before its answer leaves its two lines as well', async () => {
  const { lines, release } = listeningServer()
  const ofRequests = () =>
    messagesOf(lines()).filter((message) => String(message).startsWith('request'))
  await server.listen()
  const { port } = server.server.address() as AddressInfo // it listens on TCP
  const socket = connect(port, '127.0.0.1')
  socket.write('GET /held HTTP/1.1\r\nHost: x\r\n\r\n')
  await vi.waitFor(() => expect(ofRequests()).toEqual(['request received']))
  socket.destroy()
  const both = ['request received', 'request aborted by its client']
  await vi.waitFor(() => expect(ofRequests()).toEqual(both))
  release()
  await server.close()
  expect(ofRequests()).toEqual(both)
})
