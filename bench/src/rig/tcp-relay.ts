import { createServer, connect } from 'node:net'
import type { AddressInfo } from 'node:net'

/** A port of the loopback interface that leads to a Unix socket, for a peer whose driver knows TCP
 *  only. Returns its number, and what ends it. */
export async function startRelay(
  path: string,
): Promise<{ port: number; stop: () => Promise<void> }> {
  const open = new Set<{ destroy(): unknown }>()
  const server = createServer({ noDelay: true }, (near) => {
    const far = connect(path)
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(one)
      one.pipe(other)
      one.on('error', () => other.destroy())
      one.on('close', () => {
        open.delete(one)
        other.destroy()
      })
    }
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo // it listens on TCP
  const stop = async (): Promise<void> => {
    server.close()
    for (const socket of open) socket.destroy()
  }
  return { port, stop }
}
