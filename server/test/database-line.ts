/** A line to a database that is cut at COMMIT: the transaction is over, its answer is lost. */
import { connect, createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { once } from 'node:events'

export async function databaseLine(url: string) {
  let cutting: boolean | 'once' = false
  const sockets = new Set<Socket>()
  const server = createServer((client) => {
    const database = connectTo(url)
    client.on('data', (sent) => database.write(sent))
    database.on('data', (answer) => {
      if (cutting && answer.includes('COMMIT\0')) {
        cutting = cutting === 'once' ? false : cutting
        for (const socket of [client, database]) socket.destroy()
      } else client.write(answer)
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
    /** From now on, the next time only, or no longer. */
    cutAtCommit: (when: boolean | 'once') => (cutting = when),
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
