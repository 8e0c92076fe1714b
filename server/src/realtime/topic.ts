import type { LogEntry } from './announcement.ts'
import { encodeText } from './wire.ts'

/** A socket as a topic sees it. */
export interface Subscriber {
  readonly userId: string
  readonly sessionId: string
  deliver(frame: Buffer, ephemeral: boolean): void
}

interface Attachment {
  /** The last entry this subscriber has; undefined while its hello is still being answered. */
  gate: number | undefined
  /** Entries after which a removal concerns this attachment (H4). */
  joinedSeq: number
}

interface Held {
  entry: LogEntry
  frame: Buffer
}

/** One log on this node: who follows it, how far it was delivered, what came too early (H1, H2). */
export class Topic {
  readonly name: string
  readonly #attachments = new Map<Subscriber, Attachment>()
  readonly #held = new Map<number, Held>()
  #position: number | undefined

  constructor(name: string) {
    this.name = name
  }

  /** The last entry delivered here; undefined until it was read after subscribing. */
  get position(): number | undefined {
    return this.#position
  }

  get isUsed(): boolean {
    return this.#attachments.size > 0
  }

  /** Sets where this topic stands, once it was read; entries held meanwhile follow. */
  start(position: number): void {
    this.#position ??= position
    this.#deliverHeld()
  }

  /** Takes an entry in whatever order it came; delivers it and what it unlocks. */
  accept(entry: LogEntry, frame: Buffer): void {
    if (this.#position !== undefined && entry.seq <= this.#position) return
    this.#held.set(entry.seq, { entry, frame })
    this.#deliverHeld()
  }

  /** What is missing before the first entry held, if anything. */
  hole(): { after: number; upTo: number } | undefined {
    if (this.#position === undefined || this.#held.size === 0) return undefined
    return { after: this.#position, upTo: Math.min(...this.#held.keys()) - 1 }
  }

  #deliverHeld(): void {
    if (this.#position === undefined) return
    for (let next = this.#takeNext(); next; next = this.#takeNext()) this.#deliver(next)
    if (this.#held.size === 0) return
    for (const seq of this.#held.keys()) if (seq <= this.#position) this.#held.delete(seq)
  }

  #takeNext(): Held | undefined {
    const seq = (this.#position ?? 0) + 1
    const next = this.#held.get(seq)
    if (next) this.#held.delete(seq)
    return next
  }

  #deliver({ entry, frame }: Held): void {
    const { seq, detach, veil } = entry
    const veiled = veil && encodeText(JSON.stringify(veil.frame))
    this.#position = seq
    for (const [subscriber, attachment] of this.#attachments) {
      // Who is catching up takes only what continues her own log; the rest she reads (H3).
      if (attachment.gate !== seq - 1) continue
      attachment.gate = seq
      const seen = veiled && veil.userIds.includes(subscriber.userId) ? veiled : frame
      subscriber.deliver(seen, false)
    }
    if (detach !== undefined) this.#detachUser(detach, seq)
  }

  #detachUser(userId: string, before: number): void {
    for (const subscriber of this.#attachments.keys()) {
      if (subscriber.userId === userId) this.detach(subscriber, before)
    }
  }

  /** Enters a subscriber whose gate is not known yet; one that is there stays as it is. */
  attach(subscriber: Subscriber): void {
    if (this.#attachments.has(subscriber)) return
    this.#attachments.set(subscriber, { gate: undefined, joinedSeq: 0 })
  }

  setGate(subscriber: Subscriber, after: number, joinedSeq: number): void {
    if (!this.#attachments.has(subscriber)) return
    this.#attachments.set(subscriber, { gate: after, joinedSeq })
  }

  isFollowedBy(subscriber: Subscriber): boolean {
    return this.#attachments.has(subscriber)
  }

  /** Ends an attachment that joined before this entry; false where there is none. */
  detach(subscriber: Subscriber, before: number): boolean {
    const attachment = this.#attachments.get(subscriber)
    if (!attachment || attachment.joinedSeq >= before) return false
    return this.#attachments.delete(subscriber)
  }

  /** What this subscriber lacks; undefined where the next push continues what it has. */
  missing(subscriber: Subscriber, atLeast = 0): { after: number; upTo: number } | undefined {
    const gate = this.#attachments.get(subscriber)?.gate
    if (gate === undefined || this.#position === undefined) return undefined
    const upTo = Math.max(this.#position, atLeast)
    return gate >= upTo ? undefined : { after: gate, upTo }
  }

  /** Gives a subscriber what was read for it, except what came by push meanwhile. */
  feed(subscriber: Subscriber, entries: readonly LogEntry[]): void {
    for (const entry of entries) {
      const { seq, detach, veil } = entry
      const frame = veil?.userIds.includes(subscriber.userId) ? veil.frame : entry.frame
      const attachment = this.#attachments.get(subscriber)
      if (attachment?.gate !== seq - 1) continue
      attachment.gate = seq
      subscriber.deliver(encodeText(JSON.stringify(frame)), false)
      if (detach === subscriber.userId) this.detach(subscriber, seq)
    }
  }

  /** Gives everyone here a frame that nobody misses. */
  whisper(frame: Buffer, except: readonly string[]): void {
    for (const [subscriber, { gate }] of this.#attachments) {
      if (gate !== undefined && !except.includes(subscriber.userId)) subscriber.deliver(frame, true)
    }
  }
}
