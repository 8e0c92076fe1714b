/** A line to a database that is cut at COMMIT: the transaction is over, its answer is lost. */
import { connect, createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { once } from 'node:events'

export async function databaseLine(url: string) {
  let cutting = false
  const sockets = new Set<Socket>()
  const server = createServer((client) => {
    const database = connectTo(url)
    let committing = false
    client.on('data', (sent) => {
      // As a statement of its own; the settings sent at the start name it too.
      committing = cutting && sent.subarray(5).toString() === 'commit\0'
      database.write(sent)
    })
    database.on('data', (answer) => {
      if (committing) [client, database].forEach((socket) => socket.destroy())
      else client.write(answer)
    })
    for (const [from, to] of [
      [client, database],
      [database, client],
    ] as const) {
      sockets.add(from)
      from.on('error', () => undefined)
      from.on('close', () => to.destroy())
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo // it listens on a port
  const through = new URL(url)
  through.host = `127.0.0.1:${port}`
  through.searchParams.delete('host')
  return {
    url: through.href,
    /** From now on, or no longer. */
    cutAtCommit: (on: boolean) => (cutting = on),
    close: () => {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  }
}

function connectTo(url: string): Socket {
  const { hostname, port, searchParams } = new URL(url)
  const folder = searchParams.get('host')
  if (folder?.startsWith('/')) return connect(`${folder}/.s.PGSQL.${port || 5432}`)
  return connect(Number(port || 5432), hostname)
}
