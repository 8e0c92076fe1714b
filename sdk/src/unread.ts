import type { ReadMark } from './generated/schemas.ts'

/** The server counts to 100 and then says "more" (L5). */
const most = 100

/** What a room has unread for one person: the server's count as of some entry, and what has come
 *  since. Where neither can tell, it says so and the count is asked for again. */
export class UnreadTally {
  #readSeq = 0
  /** The server's count of messages after the marker, up to this entry. */
  #upTo = 0
  #counted = 0
  /** Later ones that count, by ascending seq; the oldest pass into `counted`. */
  #fresh: number[] = []

  constructor(mark: ReadMark, lastSeq: number) {
    this.start(mark, lastSeq)
  }

  get mark(): ReadMark {
    const count = this.#counted + this.#fresh.length
    return {
      readSeq: this.#readSeq,
      unread: Math.min(count, most),
      unreadMore: count > most,
    }
  }

  /** Takes the server's count as of `lastSeq`. */
  start({ readSeq, unread, unreadMore }: ReadMark, lastSeq: number): void {
    this.#readSeq = readSeq
    this.#upTo = lastSeq
    this.#counted = unreadMore ? unread + 1 : unread
    this.#fresh = []
  }

  /** A message that counts came after everything known. */
  add(seq: number): void {
    if (seq <= this.#readSeq) return
    this.#fresh.push(seq)
    if (this.#fresh.length <= most + 1) return
    this.#upTo = this.#fresh.shift() ?? this.#upTo
    this.#counted = Math.min(this.#counted + 1, most + 1)
  }

  /** A message was deleted. False where it may have counted or not. */
  remove(seq: number): boolean {
    if (seq <= this.#readSeq) return true
    if (seq <= this.#upTo) return this.#counted === 0
    this.#fresh = this.#fresh.filter((other) => other !== seq)
    return true
  }

  /** The marker moved, forward only. False where what is left is not known. */
  read(seq: number): boolean {
    if (seq <= this.#readSeq) return true
    this.#readSeq = seq
    this.#fresh = this.#fresh.filter((other) => other > seq)
    if (seq < this.#upTo) return this.#counted === 0
    this.#counted = 0
    return true
  }
}
