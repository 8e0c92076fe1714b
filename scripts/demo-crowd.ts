/** Everyone of a conversation, each on a socket of her own. */
import type { Socket } from '@parley/client'
import { ParleyClient } from '@parley/client'
import { WebSocket } from 'ws'
import type { IrcMessage } from '../server/src/import/irc-log.ts'
import type { DemoServer } from './demo-server.ts'

export interface Gathering {
  roomId: string
  connections: readonly Socket[]
  /** Someone to read the room with. */
  reader: ParleyClient
  /** The connection of whoever has this nick. */
  connectionOf: (nick: string) => Socket
}

/** How many sign in and connect at a time. */
const atOnce = 10

/** Makes the channel and its people, and connects everyone; `onConnected` is called with each
 *  connection before its first event. Sessions come from the auth service: nobody here has a
 *  password. */
export async function gather(
  { url, services }: DemoServer,
  messages: readonly IrcMessage[],
  onConnected: (connection: Socket) => void,
): Promise<Gathering> {
  const roomId = await services.ircImport.openChannel('#demo')
  const crowd = services.ircImport.crowdOf(roomId)
  await crowd.learn(messages)
  await crowd.admit()
  const idOf = (nick: string) => crowd.memberOf(nick) ?? ''
  const waiting = [...new Set(messages.map(({ nick }) => idOf(nick)))]
  const connections = new Map<string, Socket>()
  let reader: ParleyClient | undefined
  const connect = async (userId: string): Promise<void> => {
    const session = await services.auth.service.createSessionFor(userId, 'demo')
    const client = new ParleyClient({ url, WebSocket, session })
    const connection = await client.openSocket()
    onConnected(connection)
    connections.set(userId, connection)
    reader ??= client
  }
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) await connect(next)
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
  if (!reader) throw new Error('unable to gather people; there are none')
  const connectionOf = (nick: string): Socket => {
    const connection = connections.get(idOf(nick))
    if (!connection) throw new Error(`${nick} was never connected`)
    return connection
  }
  return { roomId, connections: [...connections.values()], reader, connectionOf }
}
