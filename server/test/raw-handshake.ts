/** The beginning of a WebSocket by hand, for handshakes and frames that no client would make. */
import { once } from 'node:events'
import { connect } from 'node:net'

/** The socket and what it was answered, with one header of the handshake replaced or added. */
export async function handshake(url: string, path: string, header = '', method = 'GET') {
  const { hostname, port, host } = new URL(url)
  const headers = new Map([
    ['Host', host],
    ['Connection', 'Upgrade'],
    ['Upgrade', 'websocket'],
    ['Sec-WebSocket-Version', '13'],
    ['Sec-WebSocket-Key', 'dGhlIHNhbXBsZSBub25jZQ=='],
  ])
  const [name, ...value] = header.split(': ')
  if (name) headers.set(name, value.join(': '))
  const lines = [...headers].map((pair) => pair.join(': '))
  const socket = connect(Number(port), hostname).on('error', () => {})
  socket.write([`${method} ${path} HTTP/1.1`, ...lines, '', ''].join('\r\n'))
  const [answer]: Buffer[] = await once(socket, 'data')
  return { socket, answer: answer?.toString() ?? '' }
}
