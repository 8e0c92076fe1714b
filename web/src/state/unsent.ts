import type { ChatRoom, Message, ParleyClient } from '@parley/client'
import { keepInBrowser } from './keep.ts'

const prefix = 'parley.unsent.'

interface UnsentMessage {
  userId: string
  roomId: string
  text: string
  replyTo: number | null
  /** Milliseconds since 1970. */
  at: number
}

/** Messages that are not acknowledged yet, kept in this browser: a page that is closed or loaded again
 *  loses none of them. They go out under the same `clientId`, so none is doubled either (P3). */
export class Unsent {
  readonly #client: ParleyClient
  /** Whose messages of an earlier page are on their way. */
  #resumedFor: string | undefined

  constructor(client: ParleyClient) {
    this.#client = client
    client.connection.subscribe(() => this.#resume())
  }

  /** Fails visibly: the message stays in the room as failed. */
  send(room: ChatRoom, text: string, replyTo: number | null): void {
    const clientId = crypto.randomUUID()
    const userId = this.#client.user?.id ?? ''
    const unsent: UnsentMessage = { userId, roomId: room.id, text, replyTo, at: Date.now() }
    keepInBrowser(prefix + clientId, JSON.stringify(unsent))
    forgetOnceStored(clientId, room.send(text, { replyTo, clientId }))
  }

  retry(room: ChatRoom, clientId: string): void {
    forgetOnceStored(clientId, room.retry(clientId))
  }

  discard(room: ChatRoom, clientId: string): void {
    localStorage.removeItem(prefix + clientId)
    room.discard(clientId)
  }

  /** On a sign-out: the next person must not find them. */
  clear(): void {
    for (const key of keys()) localStorage.removeItem(key)
  }

  /** Once the rooms are known, and once a person: what another tab sends meanwhile is its own. */
  #resume(): void {
    const { connection, user, rooms } = this.#client
    if (connection.state.name !== 'live' || !user || this.#resumedFor === user.id) return
    this.#resumedFor = user.id
    const hers = keys()
      .map((key) => ({ key, unsent: read(key) }))
      .filter(({ unsent }) => unsent.userId === user.id)
      .toSorted((a, b) => a.unsent.at - b.unsent.at)
    for (const { key, unsent } of hers) {
      const room = rooms.get(unsent.roomId)
      const clientId = key.slice(prefix.length)
      const { text, replyTo } = unsent
      if (room) forgetOnceStored(clientId, room.send(text, { replyTo, clientId }))
      else localStorage.removeItem(key) // she is no member any more
    }
  }
}

function keys(): string[] {
  return Object.keys(localStorage).filter((key) => key.startsWith(prefix))
}

function read(key: string): UnsentMessage {
  return JSON.parse(localStorage.getItem(key) ?? '{}') as UnsentMessage // nobody else writes it
}

function forgetOnceStored(clientId: string, stored: Promise<Message>): void {
  stored.then(
    () => localStorage.removeItem(prefix + clientId),
    () => {}, // the room shows why, and the next page tries again
  )
}
