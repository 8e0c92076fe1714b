import type { LogEntry } from './announcement.ts'
import { encodeText } from './wire.ts'

/** A socket as the hub sees it. */
export interface Subscriber {
  readonly userId: string
  readonly sessionId: string
  deliver(frame: Buffer, ephemeral: boolean): void
}

export interface Attachment {
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
  readonly attachments = new Map<Subscriber, Attachment>()
  /** The last entry delivered here; undefined until it was read after subscribing. */
  position: number | undefined
  readonly #held = new Map<number, Held>()

  constructor(name: string) {
    this.name = name
  }

  /** Takes an entry in whatever order it came; delivers it and what it unlocks. */
  accept(entry: LogEntry, frame: Buffer): void {
    if (this.position !== undefined && entry.seq <= this.position) return
    this.#held.set(entry.seq, { entry, frame })
    this.#deliverHeld()
  }

  /** Sets where this topic stands, once it was read; entries held meanwhile follow. */
  start(position: number): void {
    this.position ??= position
    this.#deliverHeld()
  }

  /** The range that is missing before the first entry held, if any: (after, upTo]. */
  hole(): { after: number; upTo: number } | undefined {
    if (this.position === undefined || this.#held.size === 0) return undefined
    return { after: this.position, upTo: Math.min(...this.#held.keys()) - 1 }
  }

  #deliverHeld(): void {
    if (this.position === undefined) return
    for (const seq of this.#held.keys()) if (seq <= this.position) this.#held.delete(seq)
    for (;;) {
      const next = this.#held.get(this.position + 1)
      if (!next) return
      this.#held.delete(next.entry.seq)
      this.#deliver(next)
    }
  }

  #deliver({ entry, frame }: Held): void {
    const { seq, detach } = entry
    this.position = seq
    for (const [subscriber, attachment] of this.attachments) {
      // Who is catching up takes only what continues her own log; the rest she reads (H3).
      if (attachment.gate !== seq - 1) continue
      attachment.gate = seq
      subscriber.deliver(frame, false)
    }
    if (detach !== undefined) this.detach(detach, seq)
  }

  /** Ends the attachments of a user who joined before this entry. */
  detach(userId: string, before: number): void {
    for (const [subscriber, { joinedSeq }] of this.attachments) {
      if (subscriber.userId === userId && joinedSeq < before) this.attachments.delete(subscriber)
    }
  }

  /** True where the subscriber has all that was delivered here: the next push continues it. */
  isLive(subscriber: Subscriber): boolean {
    const attachment = this.attachments.get(subscriber)
    if (!attachment) return true
    const { gate } = attachment
    return gate !== undefined && this.position !== undefined && gate >= this.position
  }

  /** Gives a subscriber catching up what was read for it, except what came by push meanwhile. */
  feed(subscriber: Subscriber, entries: readonly LogEntry[]): void {
    for (const { seq, frame, detach } of entries) {
      const attachment = this.attachments.get(subscriber)
      if (attachment?.gate !== seq - 1) continue
      attachment.gate = seq
      subscriber.deliver(encodeText(JSON.stringify(frame)), false)
      if (detach === subscriber.userId && attachment.joinedSeq < seq) {
        this.attachments.delete(subscriber)
      }
    }
  }
}
