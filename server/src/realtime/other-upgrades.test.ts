import { once } from 'node:events'
import { Agent, createServer, request } from 'node:http'
import type { IncomingMessage, Server } from 'node:http'
import { connect } from 'node:net'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { answerWithoutUpgrade, asksForWebSocket } from './other-upgrades.ts'

let server: Server
beforeAll(async () => {
  server = createServer((asked, response) => {
    const { method, url, headers } = asked
    const answer = (body: string) => response.end(JSON.stringify({ method, url, headers, body }))
    text(asked).then(answer, () => response.destroy())
  })
  server.on('upgrade', (asked, stream, head) => {
    if (asksForWebSocket(asked)) stream.end('HTTP/1.1 101 Switching Protocols\r\n\r\n')
    else answerWithoutUpgrade(server, asked, stream, head)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
})
afterAll(() => server.close())

/** The answers to these bytes, in parts that are sent one after the other. */
async function answersTo(...parts: string[]) {
  // The address of a server that listens on TCP is no text.
  const { port } = server.address() as AddressInfo
  const socket = connect(port, '127.0.0.1')
  let answer = ''
  socket.on('data', (data: Buffer) => (answer += data.toString()))
  await once(socket, 'connect')
  for (const part of parts) {
    socket.write(part)
    await new Promise((resolve) => setImmediate(resolve))
  }
  await once(socket, 'close')
  const bodies = answer.split('HTTP/1.1 200 OK').slice(1)
  return bodies.map((one): unknown => JSON.parse(one.split('\r\n\r\n')[1] ?? ''))
}

const wish = 'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n'
const last = 'GET /last HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'
const answerOfLast = expect.objectContaining({ url: '/last' })

test('a request that would rather speak HTTP/2 is answered, and what follows it', async () => {
  const first = `GET /a?b=%20 HTTP/1.1\r\nHost: x\r\nX-One: ä b\r\nX-One: c\r\n${wish}\r\n`
  const [answer, ...rest] = await answersTo(first, last)
  expect(answer).toEqual({
    method: 'GET',
    url: '/a?b=%20',
    headers: { host: 'x', connection: '', 'x-one': expect.stringMatching(/ b, c$/) },
    body: '',
  })
  expect(rest).toEqual([answerOfLast])
})

test('its body is read, wherever it was cut', async () => {
  const post = `POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n${wish}\r\n`
  const chunked = `POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n${wish}\r\n`
  const ways = [
    [`${post}0123456789${last}`],
    [`${post}01234`, `56789${last}`],
    [post, '0123456789', last],
    [`${chunked}5\r\n01234\r\n`, '5\r\n56789\r\n0\r\n\r\n', last],
  ]
  for (const parts of ways) {
    expect(await answersTo(...parts)).toEqual([
      expect.objectContaining({ method: 'POST', url: '/a', body: '0123456789' }),
      answerOfLast,
    ])
  }
})

test('a client that asks again with each request keeps its connection', async () => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  // The address of a server that listens on TCP is no text.
  const { port } = server.address() as AddressInfo
  const headers = { connection: 'Upgrade', upgrade: 'h2c' }
  const ports = new Set<number | undefined>()
  for (const path of ['/a', '/b', '/c']) {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      request({ port, path, agent, headers }, resolve).on('error', reject).end()
    })
    ports.add(response.socket.localPort)
    expect(await text(response)).toContain(`"url":"${path}"`)
  }
  expect(ports.size).toBe(1)
  agent.destroy()
})
