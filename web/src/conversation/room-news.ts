import { signal } from '@preact/signals'
import type { ReadonlySignal } from '@preact/signals'
import { ParleyError } from '@parley/client'
import type { ChatRoom, LogEntry, ParleyClient } from '@parley/client'
import type { Parley } from '../state/parley.ts'
import type { People } from '../state/people.ts'

/** Entries of a room's log that are told between its messages. */
export type RoomNews = Extract<LogEntry, { type: 'member.joined' | 'member.left' | 'room.updated' }>

/** Those that tell of people, and those that tell of the room. */
export type MemberNews = Exclude<RoomNews, { type: 'room.updated' }>
export type RoomChange = Extract<RoomNews, { type: 'room.updated' }>

/** Messages and news share one row of numbers: what is missing between two messages is in the log.
 *  At most so much is asked for at once. */
const mostAtOnce = 200

/** A range of entries, both ends included. */
export interface Gap {
  from: number
  to: number
}

/** The first entries that no message stands for and nobody has asked for yet. `seqs` ascend. */
export function firstGap(seqs: readonly number[], known: ReadonlySet<number>): Gap | undefined {
  let gap: Gap | undefined
  for (let index = 1; index < seqs.length; index++) {
    for (let seq = (seqs[index - 1] ?? 0) + 1; seq < (seqs[index] ?? 0); seq++) {
      if (known.has(seq)) continue
      gap ??= { from: seq, to: seq }
      if (seq - gap.from >= mostAtOnce) return gap
      gap.to = seq
    }
  }
  return gap
}

/** Who came and went, and what changed, between the messages that are loaded; of the rest of the log
 *  nothing is kept. */
export class RoomLog {
  readonly #room: ChatRoom
  readonly #client: ParleyClient
  readonly #people: People
  readonly #news = signal<readonly RoomNews[]>([])
  readonly #known = new Set<number>()
  readonly #offs: (() => void)[]
  #reading = false

  constructor({ client, people }: Pick<Parley, 'client' | 'people'>, room: ChatRoom) {
    this.#client = client
    this.#people = people
    this.#room = room
    const take = (entry: LogEntry): void => this.#take([entry])
    this.#offs = [
      client.on('member.joined', take),
      client.on('member.left', take),
      client.on('member.updated', take),
      client.on('room.updated', take),
      client.on('message.edited', take),
      client.on('message.deleted', take),
    ]
  }

  /** By ascending seq. */
  get news(): ReadonlySignal<readonly RoomNews[]> {
    return this.#news
  }

  /** How many entries it knows of. */
  get size(): number {
    return this.#known.size
  }

  close(): void {
    for (const off of this.#offs) off()
  }

  /** Reads what is not known between the messages that are loaded. */
  async fill(): Promise<void> {
    if (this.#reading || this.#isDirect) return
    this.#reading = true
    this.#forget()
    try {
      for (let gap = this.#gap(); gap; gap = this.#gap()) await this.#read(gap)
    } catch (error) {
      // The messages are there all the same; the next change asks again.
      if (!(error instanceof ParleyError)) throw error
    } finally {
      this.#reading = false
    }
  }

  /** Its two people are there from the beginning and stay. */
  get #isDirect(): boolean {
    return this.#room.info.kind === 'direct'
  }

  #gap(): Gap | undefined {
    const { messages, hasOlder, hasNewer, info } = this.#room
    const seqs = messages.flatMap(({ seq }) => seq ?? [])
    if (!hasOlder) seqs.unshift(Math.max(0, info.visibleFrom - 1))
    if (!hasNewer) seqs.push(info.lastSeq + 1)
    return firstGap(seqs, this.#known)
  }

  /** What lies outside of what is loaded is read again where one comes back to it. */
  #forget(): void {
    const { messages, hasOlder, hasNewer } = this.#room
    const seqs = messages.flatMap(({ seq }) => seq ?? [])
    const first = hasOlder ? (seqs[0] ?? 0) : 0
    const last = hasNewer ? (seqs.at(-1) ?? Infinity) : Infinity
    for (const seq of this.#known) if (seq < first || seq > last) this.#known.delete(seq)
    const kept = this.#news.value.filter(({ seq }) => this.#known.has(seq))
    if (kept.length < this.#news.value.length) this.#news.value = kept
  }

  async #read({ from, to }: Gap): Promise<void> {
    const query = { after: from - 1, limit: to - from + 1 }
    const params = { path: { roomId: this.#room.id }, query }
    const { data } = await this.#client.http.GET('/v1/rooms/{roomId}/log', { params })
    for (let seq = from; seq <= to; seq++) this.#known.add(seq)
    this.#take(data.items)
  }

  #take(entries: readonly LogEntry[]): void {
    if (this.#isDirect) return
    const fresh = entries.filter((entry) => entry.room === this.#room.id)
    for (const { seq } of fresh) this.#known.add(seq)
    const news = fresh.filter((entry) => isNews(entry))
    for (const entry of news) if (entry.type === 'member.joined') this.#people.meet(entry.data.user)
    if (news.length === 0) return
    const bySeq = new Map([...this.#news.value, ...news].map((entry) => [entry.seq, entry]))
    this.#news.value = [...bySeq.values()].toSorted((a, b) => a.seq - b.seq)
  }
}

function isNews(entry: LogEntry): entry is RoomNews {
  return ['member.joined', 'member.left', 'room.updated'].includes(entry.type)
}

/** Its maker's joining is the first entry of a group or channel (rule P2). */
export function isMaking(entry: RoomNews): boolean {
  return entry.type === 'member.joined' && entry.seq === 1 && actorOf(entry) === undefined
}

/** Told together, where they follow each other. */
export function isAlike(a: RoomNews, b: RoomNews): boolean {
  if (isMaking(a) || isMaking(b)) return false
  if (a.type === 'member.joined' && b.type === 'member.joined') return actorOf(a) === actorOf(b)
  if (a.type === 'member.left' && b.type === 'member.left') return actorOf(a) === actorOf(b)
  if (a.type !== 'room.updated' || b.type !== 'room.updated') return false
  return a.data.by === b.data.by && a.data.changed?.join() === b.data.changed?.join()
}

/** Who did it to others; undefined where people came and went by themselves. */
export function actorOf(entry: MemberNews): string | undefined {
  const { by } = entry.data
  return by === subjectOf(entry) ? undefined : by
}

export function subjectOf(entry: MemberNews): string {
  return entry.type === 'member.joined' ? entry.data.user.id : entry.data.userId
}
