import type { LogEntry } from './announcement.ts'
import { writeLimit } from './outbox.ts'
import { encodeText, joinFrames, textPacket } from './wire.ts'
import type { Packet } from './wire.ts'

/** A socket as a topic sees it. */
export interface Subscriber {
  readonly userId: string
  readonly sessionId: string
  deliver(packet: Packet): void
}

/** An entry with its frame as bytes, encoded once for all (H4). */
export type EncodedEntry = Omit<LogEntry, 'topic' | 'frame'> & { frame: Buffer }

/** Entries that were read from the log, encoded once for all who lack them. */
export interface Slice {
  entries: readonly EncodedEntry[]
  /** All of them, where they are the same for everyone and fit one write. */
  whole: Packet | undefined
}

interface Attachment {
  /** The last entry this subscriber has; undefined while its hello is still being answered. */
  gate: number | undefined
  /** Entries after which a removal concerns this attachment (H4). */
  joinedSeq: number
}

/** One log on this node: who follows it, how far it was delivered, what came too early (H1, H2). */
export class Topic {
  readonly name: string
  readonly #attachments = new Map<Subscriber, Attachment>()
  readonly #held = new Map<number, EncodedEntry>()
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

  /** Takes entries in whatever order they came; delivers them and what they unlock. */
  accept(entries: readonly EncodedEntry[]): void {
    const behind = this.#position ?? 0
    for (const entry of entries) if (entry.seq > behind) this.#held.set(entry.seq, entry)
    this.#deliverHeld()
  }

  /** What is missing before the first entry held, if anything. */
  hole(): { after: number; upTo: number } | undefined {
    if (this.#position === undefined || this.#held.size === 0) return undefined
    return { after: this.#position, upTo: Math.min(...this.#held.keys()) - 1 }
  }

  #deliverHeld(): void {
    if (this.#position === undefined) return
    for (let run = this.#takeRun(); run.length > 0; run = this.#takeRun()) this.#deliver(run)
    if (this.#held.size === 0) return
    for (const seq of this.#held.keys()) if (seq <= this.#position) this.#held.delete(seq)
  }

  /** The entries that come next and are the same for everyone, as many as one write holds; or one
   *  that is not, alone. */
  #takeRun(): EncodedEntry[] {
    const run: EncodedEntry[] = []
    let bytes = 0
    for (let seq = (this.#position ?? 0) + 1; ; seq++) {
      const next = this.#held.get(seq)
      if (!next) return run
      const isSpecial = isNotForAll(next)
      bytes += next.frame.length
      if (run.length > 0 && (isSpecial || bytes > writeLimit)) return run
      run.push(next)
      this.#held.delete(seq)
      if (isSpecial) return run
    }
  }

  #deliver(run: readonly EncodedEntry[]): void {
    const [first] = run
    if (!first) return
    const last = first.seq + run.length - 1
    const { detach, veil } = first
    const veiled = veil && textPacket(JSON.stringify(veil.frame))
    const whole = joinFrames(run.map(({ frame }) => frame))
    this.#position = last
    for (const [subscriber, attachment] of this.#attachments) {
      const { gate } = attachment
      // Who is catching up takes only what continues her own log; the rest she reads (H3).
      if (gate === undefined || gate < first.seq - 1 || gate >= last) continue
      attachment.gate = last
      const rest = gate === first.seq - 1 ? whole : joinFrames(framesAfter(run, gate))
      subscriber.deliver(veiled && veil.userIds.includes(subscriber.userId) ? veiled : rest)
    }
    if (detach !== undefined) this.#detachUser(detach, last)
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

  /** Opens the gate behind `after`. One that is open never goes back: news that say so are late. */
  setGate(subscriber: Subscriber, after: number, joinedSeq: number): void {
    const attachment = this.#attachments.get(subscriber)
    if (!attachment || (attachment.gate ?? 0) > after) return
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
  feed(subscriber: Subscriber, { entries, whole }: Slice): void {
    const attachment = this.#attachments.get(subscriber)
    const [first] = entries
    if (!attachment || !first) return
    if (whole && attachment.gate === first.seq - 1) {
      attachment.gate += entries.length
      return subscriber.deliver(whole)
    }
    for (const entry of entries) this.#feedOne(subscriber, entry)
  }

  #feedOne(subscriber: Subscriber, { seq, frame, detach, veil }: EncodedEntry): void {
    const attachment = this.#attachments.get(subscriber)
    if (attachment?.gate !== seq - 1) return
    attachment.gate = seq
    const seen = veil?.userIds.includes(subscriber.userId)
      ? textPacket(JSON.stringify(veil.frame))
      : joinFrames([frame])
    subscriber.deliver(seen)
    if (detach === subscriber.userId) this.detach(subscriber, seq)
  }

  /** Gives everyone here a frame that nobody misses. */
  whisper(packet: Packet, except: readonly string[]): void {
    for (const [subscriber, { gate }] of this.#attachments) {
      if (gate !== undefined && !except.includes(subscriber.userId)) subscriber.deliver(packet)
    }
  }
}

/** Encodes what was read from the log. */
export function encodeSlice(read: readonly LogEntry[]): Slice {
  const entries = read.map(encodeEntry)
  const bytes = entries.reduce((sum, { frame }) => sum + frame.length, 0)
  const isWhole = bytes <= writeLimit && !entries.some(isNotForAll)
  return { entries, whole: isWhole ? joinFrames(entries.map(({ frame }) => frame)) : undefined }
}

function isNotForAll({ detach, veil }: EncodedEntry): boolean {
  return detach !== undefined || veil !== undefined
}

function encodeEntry({ seq, detach, veil, frame }: LogEntry): EncodedEntry {
  return { seq, detach, veil, frame: encodeText(JSON.stringify(frame)) }
}

function framesAfter(run: readonly EncodedEntry[], seq: number): Buffer[] {
  return run.filter((entry) => entry.seq > seq).map(({ frame }) => frame)
}
