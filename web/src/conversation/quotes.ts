import { signal } from '@preact/signals'
import type { Signal } from '@preact/signals'
import type { ChatRoom, Message, ParleyClient } from '@parley/client'

/** More than are answered by what is loaded (anchor.ts). */
const mostKept = 500

/** A message that is answered: `gone` where it cannot be seen from here; undefined until known. */
export type Quoted = Message | 'gone' | undefined

/** The messages that others answer: of what is loaded, else from the server, once each. */
export class Quotes {
  readonly #client: ParleyClient
  readonly #room: ChatRoom
  readonly #fetched = new Map<number, Signal<Quoted>>()

  constructor(client: ParleyClient, room: ChatRoom) {
    this.#client = client
    this.#room = room
  }

  /** Follows in a component like every signal. */
  find(seq: number): Quoted {
    const loaded = this.#room.messages.find((message) => message.seq === seq)
    if (loaded?.state === 'sent') return loaded
    const known = this.#fetched.get(seq)
    if (known) return known.value
    if (this.#fetched.size >= mostKept) this.#forgetOldest()
    const quoted = signal<Quoted>(undefined)
    this.#fetched.set(seq, quoted)
    const params = { path: { roomId: this.#room.id, seq } }
    this.#client.http.GET('/v1/rooms/{roomId}/messages/{seq}', { params }).then(
      ({ data }) => (quoted.value = data),
      () => (quoted.value = 'gone'),
    )
    return quoted.value
  }

  #forgetOldest(): void {
    for (const seq of this.#fetched.keys()) {
      this.#fetched.delete(seq)
      return
    }
  }
}
