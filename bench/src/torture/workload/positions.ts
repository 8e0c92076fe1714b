import type { AnyFrame } from '@parley/client'

/** Up to where a client has each room's log, as every frame moves it (S2): its cursors. */
export class Positions {
  readonly #rooms = new Map<string, number>()
  /** The newest news of entering or leaving, by room: they can overtake one another. */
  readonly #news = new Map<string, number>()
  readonly #userId: string
  epoch: string | null = null

  constructor(userId: string) {
    this.#userId = userId
  }

  get cursors(): Record<string, number> {
    return Object.fromEntries(this.#rooms)
  }

  get rooms(): string[] {
    return [...this.#rooms.keys()]
  }

  of(room: string): number | undefined {
    return this.#rooms.get(room)
  }

  take(frame: AnyFrame): void {
    if (frame.type === 'ready') this.#ready(frame)
    else if (frame.type === 'reset') this.#rooms.set(frame.room, frame.lastSeq)
    else if (frame.type === 'room.added') this.#added(frame)
    else if (frame.type === 'room.gone') this.#gone(frame)
    else if ('seq' in frame && 'at' in frame) this.#entry(frame)
  }

  #added({ data: { id, lastSeq }, userSeq }: Extract<AnyFrame, { type: 'room.added' }>): void {
    if (this.#isNewer(id, userSeq)) this.#rooms.set(id, lastSeq)
  }

  #gone({ data: { room }, userSeq }: Extract<AnyFrame, { type: 'room.gone' }>): void {
    if (this.#isNewer(room, userSeq)) this.#rooms.delete(room)
  }

  #ready({ epoch, rooms, userSeq }: Extract<AnyFrame, { type: 'ready' }>): void {
    this.epoch = epoch
    const named = new Set(rooms.map(({ id }) => id))
    for (const { id, lastSeq } of rooms) {
      if (!this.#rooms.has(id)) this.#rooms.set(id, lastSeq)
      this.#news.set(id, userSeq)
    }
    // A cursor whose room is not in ready is answered by room.gone.
    for (const room of this.#rooms.keys()) if (!named.has(room)) this.#rooms.delete(room)
  }

  #isNewer(room: string, userSeq: number): boolean {
    if (userSeq < (this.#news.get(room) ?? 0)) return false
    this.#news.set(room, userSeq)
    return true
  }

  #entry(frame: Extract<AnyFrame, { seq: number; at: string }>): void {
    const left = frame.type === 'member.left' && frame.data.userId === this.#userId
    if (left) this.#rooms.delete(frame.room)
    else if (this.#rooms.has(frame.room)) this.#rooms.set(frame.room, frame.seq)
  }
}
