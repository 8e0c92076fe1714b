import { signal } from '@preact/signals'
import { ParleyError } from '@parley/client'
import type { ChatRoom } from '@parley/client'

const pageSize = 100
/** After a failure it is tried again no sooner, in milliseconds. */
const pauseMs = 3000

/** Fetches the next page of the history on either side, one at a time. */
export class HistoryLoader {
  readonly #room: ChatRoom
  #busy = false
  #pausedUntil = 0
  readonly failed = signal(false)

  constructor(room: ChatRoom) {
    this.#room = room
  }

  async extend(end: 'older' | 'newer'): Promise<void> {
    const isThere = end === 'older' ? this.#room.hasOlder : this.#room.hasNewer
    if (!isThere || this.#busy || Date.now() < this.#pausedUntil) return
    this.#busy = true
    try {
      await (end === 'older' ? this.#room.loadOlder(pageSize) : this.#room.loadNewer(pageSize))
      this.failed.value = false
    } catch (error) {
      if (!(error instanceof ParleyError)) throw error
      this.failed.value = true
      this.#pausedUntil = Date.now() + pauseMs
    } finally {
      this.#busy = false
    }
  }

  /** At once, because somebody asks for it. */
  retry(): void {
    this.#pausedUntil = 0
    void this.extend('older')
    void this.extend('newer')
  }
}
