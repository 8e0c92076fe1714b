import type { LogEntry, Message, MessagePage } from './generated/schemas.ts'

/** A message that is stored, as the room shows it. */
export type StoredMessage = Message & { readonly state: 'sent' }

/** The part of a room's history that is held: every message between its two ends, none twice, each
 *  in its newest version. `isLatest`: it reaches to the end and grows with the room. */
export class MessageWindow {
  readonly #bySeq = new Map<number, StoredMessage>()
  /** Every message from this seq on is held; those before it are older. */
  #from = 0
  #sorted: readonly StoredMessage[] | undefined
  hasOlder = false
  isLatest: boolean

  constructor({ items, lastSeq, hasBefore, hasAfter }: MessagePage) {
    this.isLatest = !hasAfter
    this.#put(items)
    this.#begin(hasBefore, lastSeq + 1)
  }

  /** By ascending seq; the same array until something changes. */
  get messages(): readonly StoredMessage[] {
    this.#sorted ??= [...this.#bySeq.values()].toSorted((a, b) => a.seq - b.seq)
    return this.#sorted
  }

  get firstSeq(): number | undefined {
    return this.messages[0]?.seq
  }

  get lastSeq(): number | undefined {
    return this.messages.at(-1)?.seq
  }

  /** The page before what was the first message; without effect where it no longer is. */
  addOlder(before: number | undefined, { items, hasBefore }: MessagePage): void {
    if (before !== this.firstSeq) return
    this.#put(items)
    this.#begin(hasBefore, this.#from)
  }

  /** The page after what was the last message; without effect where it no longer is. */
  addNewer(after: number | undefined, { items, hasAfter }: MessagePage): void {
    if (after !== this.lastSeq || this.isLatest) return
    this.isLatest = !hasAfter
    this.#put(items)
  }

  /** Lets go of all but the newest `count`, at least one. */
  dropOlder(count: number): void {
    if (this.#drop(this.messages.slice(0, -Math.max(1, count)))) this.#begin(true, 0)
  }

  /** Lets go of all but the oldest `count`, at least one: the window no longer grows. */
  dropNewer(count: number): void {
    if (this.#drop(this.messages.slice(Math.max(1, count)))) this.isLatest = false
  }

  /** Takes what an entry says of messages; in the order of the log, again or late alike. */
  apply(entry: LogEntry): void {
    if (entry.type === 'message.created' && this.isLatest) this.append(entry.data)
    else if (entry.type === 'message.created' || entry.type === 'message.edited') {
      this.merge(entry.data)
    } else if (entry.type === 'message.deleted') {
      const held = this.#bySeq.get(entry.data.message)
      if (held) this.merge({ ...held, text: null, deletedAt: entry.at, version: entry.seq })
    }
  }

  /** Takes a message from the end of the room, where the window reaches to it. */
  append(message: Message): void {
    if (this.isLatest && message.seq >= this.#from) this.#put([message])
  }

  /** Takes a newer version of a message that is held. */
  merge(message: Message): void {
    if (this.#bySeq.has(message.seq)) this.#put([message])
  }

  /** `empty`: where it begins without a message. */
  #begin(hasOlder: boolean, empty: number): void {
    this.hasOlder = hasOlder
    this.#from = hasOlder ? (this.firstSeq ?? empty) : 0
  }

  #put(messages: readonly Message[]): void {
    for (const message of messages) {
      const held = this.#bySeq.get(message.seq)
      if (held && held.version >= message.version) continue
      this.#bySeq.set(message.seq, { ...message, state: 'sent' })
      this.#sorted = undefined
    }
  }

  #drop(messages: readonly StoredMessage[]): boolean {
    for (const { seq } of messages) this.#bySeq.delete(seq)
    if (messages.length > 0) this.#sorted = undefined
    return messages.length > 0
  }
}
