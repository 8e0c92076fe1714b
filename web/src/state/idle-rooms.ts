import type { ChatRoom, ParleyClient } from '@parley/client'

/** So many messages of a room nobody looks at are kept for the next look, and at most twice as many
 *  until the others are let go of. */
const kept = 100

/** Rooms that were looked at and left go on with the log: what they hold must not grow with the day. */
export class IdleRooms {
  readonly #inUse = new Map<string, number>()

  constructor(client: ParleyClient) {
    client.on('message.created', ({ room: id }) => {
      const room = client.rooms.get(id)
      if (room && !this.#inUse.has(id) && room.messages.length > 2 * kept) trim(room)
    })
  }

  /** Leaves the room to who looks at it, until the function is called that is returned. */
  use(room: ChatRoom): () => void {
    this.#inUse.set(room.id, (this.#inUse.get(room.id) ?? 0) + 1)
    return () => {
      const others = (this.#inUse.get(room.id) ?? 1) - 1
      if (others > 0) return void this.#inUse.set(room.id, others)
      this.#inUse.delete(room.id)
      trim(room)
    }
  }
}

/** One that was left in the middle of its history grows no more, and is loaded anew. */
function trim(room: ChatRoom): void {
  if (!room.hasNewer) room.keep('newest', kept)
}
