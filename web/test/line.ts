/** A network line between a browser and a server that can be cut: a TCP proxy. */
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'

export interface Line {
  /** The server, by this line. */
  url: string
  /** Every connection ends, and no new one is made. */
  cut(): void
  restore(): void
  close(): Promise<void>
}

export async function startLine(server: string): Promise<Line> {
  const { hostname, port } = new URL(server)
  const sockets = new Set<Socket>()
  let isCut = false
  const keep = (socket: Socket): Socket => {
    sockets.add(socket)
    return socket.on('error', () => {}).on('close', () => sockets.delete(socket))
  }
  const proxy = createServer((near) => {
    if (isCut) return void near.destroy()
    const far = keep(connect(Number(port), hostname))
    keep(near).pipe(far).pipe(near)
    near.on('close', () => far.destroy())
    far.on('close', () => near.destroy())
  })
  const cut = (): void => {
    isCut = true
    for (const socket of sockets) socket.destroy()
  }
  await once(proxy.listen(0, '127.0.0.1'), 'listening')
  const address = proxy.address() as AddressInfo // it listens on TCP
  return {
    url: `http://127.0.0.1:${address.port}`,
    cut,
    restore: () => void (isCut = false),
    async close() {
      cut()
      proxy.close()
      await once(proxy, 'close')
    },
  }
}
