/** HTTP by hand, for requests that no client would make. */
import { once } from 'node:events'
import { connect } from 'node:net'

/** Sends these bytes and gives back all that was answered until the server closed; with `end` this
 *  side says that nothing more will come. */
export async function sendBytes(
  url: string,
  bytes: string | Buffer,
  then?: 'end',
): Promise<string> {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  let answer = ''
  socket.on('data', (data: Buffer) => (answer += data.toString('latin1')))
  socket.on('error', () => {}) // the server may close before it has read everything
  socket.write(bytes)
  if (then === 'end') socket.end()
  await once(socket, 'close')
  return answer
}

/** The statuses of the answers, in order. */
export function statusesOf(answer: string): number[] {
  return [...answer.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status))
}
