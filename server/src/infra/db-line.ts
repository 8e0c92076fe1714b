import type { Socket } from 'node:net'
import type { ClientBase } from 'pg'

/** What pg's types leave out of its client. */
interface Inside {
  connection: { stream: Socket }
  readyForQuery: boolean
}

/** Longer than PostgreSQL itself lets a statement take (db-session.ts), in milliseconds: what hangs
 *  closes no connection. */
export const usualPatienceMs = 20_000

export function streamOf(client: ClientBase): Socket {
  return inside(client).connection.stream
}

/** Everything on its way fails, as when the line is cut from the other side. */
export function cut(client: ClientBase): void {
  streamOf(client).destroy(new Error('Connection terminated: no answer in time'))
}

/** From now on a query has lost its connection once nothing of its answer comes for so long. */
export function cutWhenSilent(client: ClientBase, patienceMs: number): void {
  // The silence of a connection nobody has asked anything is its own affair.
  streamOf(client).setTimeout(patienceMs, () => {
    if (!inside(client).readyForQuery) cut(client)
  })
}

function inside(client: ClientBase): Inside {
  return client as unknown as Inside // its JavaScript has them in the open
}
