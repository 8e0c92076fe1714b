import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'

/** Whether the request wants to speak WebSocket, and not HTTP/2 or something else. */
export function asksForWebSocket({ headers }: IncomingMessage): boolean {
  return headers.upgrade?.toLowerCase() === 'websocket'
}

/** Answers a request whose upgrade nobody here offers as if it had not asked for one (RFC 9110,
 *  7.8): clients that would rather speak HTTP/2 ask on their first request, Java's and curl's too.
 *  Node 20 hands every upgrade out; so the request goes in once more without its wish, and what
 *  follows on its connection after it. */
export function answerWithoutUpgrade(
  server: Server,
  request: IncomingMessage,
  stream: Duplex,
  head: Buffer,
): void {
  stream.unshift(Buffer.concat([Buffer.from(headOf(request), 'latin1'), head]))
  server.emit('connection', stream)
}

function headOf({ method, url, httpVersion, rawHeaders }: IncomingMessage): string {
  const lines = [`${method} ${url} HTTP/${httpVersion}`]
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const [name = '', value = ''] = rawHeaders.slice(at, at + 2)
    const lower = name.toLowerCase()
    if (wishes.includes(lower)) continue
    lines.push(`${name}: ${lower === 'connection' ? withoutWishes(value) : value}`)
  }
  return `${lines.join('\r\n')}\r\n\r\n`
}

const wishes = ['upgrade', 'http2-settings']

function withoutWishes(connection: string): string {
  return connection
    .split(',')
    .map((option) => option.trim())
    .filter((option) => !wishes.includes(option.toLowerCase()))
    .join(', ')
}
