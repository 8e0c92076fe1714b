import type { LogEntry, Member, Message, ReadMark, Room as RoomView } from './generated/schemas.ts'
import { MemberList } from './member-list.ts'
import type { MessageWindow } from './message-window.ts'
import { UnreadTally } from './unread.ts'

/** Whose eyes the room is seen with. */
export interface Viewer {
  readonly userId: string
  isBlocked(userId: string): boolean
}

/** A snapshot is being asked for: what comes meanwhile is applied to it afterwards. */
export interface Lease {
  readonly generation: number
  readonly cursor: number
}

/** Entries that came too early and are kept until those before them are read; more are read again. */
const mostEarly = 500

/**
 * What a client holds of one room, the same for pushes, replay, the log and pages: entries are
 * applied once and in order, of two copies of anything the one with the larger version stays.
 * It asks nobody; `isBehind` and `needsView` say what has to be asked.
 */
export class RoomState {
  readonly #viewer: Viewer
  #view: RoomView
  #tally: UnreadTally
  #members: { list: MemberList; asOf: number } | undefined
  #window: MessageWindow | undefined
  #cursor: number
  /** The furthest entry anyone told of. */
  #known: number
  readonly #early = new Map<number, LogEntry>()
  readonly #leases = new Set<Lease>()
  #recent: LogEntry[] = []
  #generation = 0
  /** The view cannot tell its unread count or last message any more. */
  needsView = false

  constructor(view: RoomView, viewer: Viewer) {
    this.#viewer = viewer
    this.#view = view
    this.#tally = new UnreadTally(view, view.lastSeq)
    this.#cursor = view.lastSeq
    this.#known = view.lastSeq
  }

  get view(): RoomView {
    return { ...this.#view, ...this.#tally.mark }
  }

  get window(): MessageWindow | undefined {
    return this.#window
  }

  get members(): readonly Member[] | undefined {
    return this.#members?.list.members
  }

  /** The last entry applied. */
  get cursor(): number {
    return this.#cursor
  }

  /** There are entries after the cursor that did not come. */
  get isBehind(): boolean {
    return this.#cursor < this.#known
  }

  /** Entries came that do not continue what is held. */
  get hasHole(): boolean {
    return this.#early.size > 0
  }

  /** Takes an entry, whenever and however often it comes; answers those that are applied now. */
  take(entry: LogEntry): LogEntry[] {
    if (entry.seq <= this.#cursor) return []
    this.#known = Math.max(this.#known, entry.seq)
    if (this.#early.size < mostEarly || entry.seq === this.#cursor + 1) {
      this.#early.set(entry.seq, entry)
    }
    const applied: LogEntry[] = []
    for (let next = this.#takeNext(); next; next = this.#takeNext()) {
      this.#apply(next)
      applied.push(next)
    }
    return applied
  }

  #takeNext(): LogEntry | undefined {
    const next = this.#early.get(this.#cursor + 1)
    if (next) this.#early.delete(next.seq)
    return next
  }

  #apply(entry: LogEntry): void {
    this.#cursor = entry.seq
    if (this.#leases.size > 0) this.#recent.push(entry)
    this.#applyToView(entry)
    this.#window?.apply(entry)
    this.#applyToMembers(entry)
  }

  /** Everything again from this view: a reset, or a new membership. What is held of the history
   *  and the members stays on show until it is replaced. */
  restart(view: RoomView): void {
    this.#generation++
    this.#view = view
    this.#tally = new UnreadTally(view, view.lastSeq)
    this.#cursor = view.lastSeq
    this.#known = view.lastSeq
    this.#early.clear()
    this.#recent = []
    this.needsView = false
  }

  /** To be called before a snapshot is asked for, and given back with `release`. */
  lease(): Lease {
    const lease = { generation: this.#generation, cursor: this.#cursor }
    this.#leases.add(lease)
    return lease
  }

  release(lease: Lease): void {
    this.#leases.delete(lease)
    if (this.#leases.size === 0) this.#recent = []
  }

  /** Whether a snapshot as of this entry can be taken: nothing began anew since, and it is not
   *  older than what was known when it was asked for. */
  accepts(lease: Lease, lastSeq: number): boolean {
    return lease.generation === this.#generation && lastSeq >= lease.cursor
  }

  takeView(view: RoomView): void {
    const { readSeq } = this.#tally.mark
    this.#view = view
    this.#tally.start(view, view.lastSeq)
    this.#known = Math.max(this.#known, view.lastSeq)
    this.needsView = !this.#tally.read(readSeq)
    for (const entry of this.#recent) this.#applyToView(entry)
  }

  /** Takes a page into a window, or a window made of it. */
  takePage(lastSeq: number, into: MessageWindow): void {
    this.#window = into
    this.#known = Math.max(this.#known, lastSeq)
    for (const entry of this.#recent) if (entry.seq > lastSeq) into.apply(entry)
  }

  takeMembers(members: readonly Member[], lastSeq: number): void {
    this.#members = { list: new MemberList(members), asOf: lastSeq }
    this.#known = Math.max(this.#known, lastSeq)
    for (const entry of this.#recent) this.#applyToMembers(entry)
    this.#members.list.read(this.#viewer.userId, this.#tally.mark.readSeq)
  }

  /** One's own message was stored: the reply may come before the entry. */
  takeOwn(message: Message): void {
    this.#window?.append(message)
  }

  /** A message as it is now, from an answer. */
  takeMessage(message: Message): void {
    this.#window?.merge(message)
  }

  /** One's own marker moved. */
  read(seq: number): void {
    if (!this.#tally.read(seq)) this.needsView = true
    this.seenBy(this.#viewer.userId, seq)
  }

  /** Somebody read up to here. */
  seenBy(userId: string, seq: number): void {
    this.#members?.list.read(userId, seq)
  }

  get readMark(): ReadMark {
    return this.#tally.mark
  }

  #applyToMembers(entry: LogEntry): void {
    if (this.#members && entry.seq > this.#members.asOf) this.#members.list.apply(entry)
  }

  #applyToView(entry: LogEntry): void {
    if (entry.seq <= this.#view.lastSeq) return
    this.#set({ lastSeq: entry.seq })
    const { lastMessage, version } = this.#view
    if (entry.type === 'message.created') this.#created(entry.data)
    else if (entry.type === 'message.edited') {
      if (entry.data.seq === lastMessage?.seq) this.#lastChanged(entry.data)
    } else if (entry.type === 'message.deleted') {
      if (!this.#tally.remove(entry.data.message)) this.needsView = true
      if (entry.data.message === lastMessage?.seq) this.#lastGone(entry.data.message)
    } else if (entry.type === 'member.updated') {
      if (entry.data.user.id === this.#viewer.userId) this.#set({ role: entry.data.role })
    } else if (entry.type === 'room.updated' && entry.data.version > version) {
      const { by: _by, changed: _changed, ...info } = entry.data
      this.#set(info)
    }
  }

  #set(change: Partial<RoomView>): void {
    this.#view = { ...this.#view, ...change }
  }

  #created(message: Message): void {
    if (message.deletedAt !== null) return
    this.#set({ lastMessage: message })
    const { userId } = this.#viewer
    if (message.author.id === userId || this.#viewer.isBlocked(message.author.id)) return
    this.#tally.add(message.seq)
  }

  #lastChanged(message: Message): void {
    if (message.deletedAt !== null) this.#lastGone(message.seq)
    else this.#set({ lastMessage: message })
  }

  /** What was before it may not be held here: the server knows. */
  #lastGone(seq: number): void {
    const left = this.#window?.messages.findLast((other) => !other.deletedAt && other.seq < seq)
    this.#set({ lastMessage: left ?? null })
    this.needsView = true
  }
}
