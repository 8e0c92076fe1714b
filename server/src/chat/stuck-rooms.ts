import { setTimeout as sleep } from 'node:timers/promises'
import type { DbHandle } from '../infra/db.ts'
import { listStuckRooms } from './room-queries.ts'
import type { Pending } from './send-batch.ts'

interface StuckRoomsDeps {
  db: DbHandle
  /** Takes back what waited for a room that is free again, in its order. */
  resume: (pending: readonly Pending[]) => void
  /** Tells who waited too long; whether she did. */
  refusedAsStale: (pending: Pending) => boolean
}

/** How often a stuck room is looked at, in milliseconds. */
const lookMs = 100

/** Rooms whose lock somebody keeps: their sends wait here, so that other rooms go on (G2). */
export class StuckRooms {
  readonly #deps: StuckRoomsDeps
  readonly #rooms = new Map<string, Pending[]>()
  #watching: Promise<void> | undefined

  constructor(deps: StuckRoomsDeps) {
    this.#deps = deps
  }

  /** Messages that wait here. */
  get waiting(): number {
    return [...this.#rooms.values()].reduce((sum, { length }) => sum + length, 0)
  }

  /** When the oldest of them began to wait, by performance.now(); Infinity without one. */
  get since(): number {
    return Math.min(...[...this.#rooms.values()].flatMap(([first]) => first?.queuedAt ?? []))
  }

  /** Resolves when no room is stuck any more. */
  async drain(): Promise<void> {
    await this.#watching
  }

  /** Keeps what belongs to rooms that are locked right now; answers the rest. */
  async sift(batch: readonly Pending[]): Promise<Pending[]> {
    const roomIds = [...new Set(batch.map(({ message }) => message.roomId))]
    for (const id of await listStuckRooms(this.#deps.db, roomIds)) {
      if (!this.#rooms.has(id)) this.#rooms.set(id, [])
    }
    // With nothing to watch it would end within the call, and stand here as if it still went on.
    if (this.#rooms.size > 0) this.#watching ??= this.#watch()
    return batch.filter((pending) => !this.hold(pending))
  }

  /** Keeps a message of a stuck room behind the others of it (G4); false for any other room. */
  hold(pending: Pending): boolean {
    const held = this.#rooms.get(pending.message.roomId)
    held?.push(pending)
    return held !== undefined
  }

  async #watch(): Promise<void> {
    while (this.#rooms.size > 0) {
      await sleep(lookMs)
      await this.#look()
    }
    this.#watching = undefined
  }

  async #look(): Promise<void> {
    for (const [id, held] of this.#rooms) {
      const patient = held.filter((pending) => !this.#deps.refusedAsStale(pending))
      this.#rooms.set(id, patient)
    }
    const stuck = await this.#stillStuck()
    for (const [id, held] of this.#rooms) {
      if (stuck.has(id) && held.length > 0) continue
      this.#rooms.delete(id)
      this.#deps.resume(held)
    }
  }

  /** While the database does not say, all of them are. */
  async #stillStuck(): Promise<Set<string>> {
    const roomIds = [...this.#rooms.keys()]
    return new Set(await listStuckRooms(this.#deps.db, roomIds).catch(() => roomIds))
  }
}
