/** What each socket was given, replayed as a client would take it: invariants 6, 11 and 12. */
import type { AnyFrame, LogEntry } from '@parley/client'
import type { Connection, History } from '../history.ts'
import { isEntry } from './entry.ts'
import type { Findings } from './findings.ts'
import type { Truth } from './truth.ts'

export function checkConnections(history: History, truth: Truth, findings: Findings): void {
  for (const connection of history.connections) {
    const replay = new Replay(connection, truth, findings)
    for (const { frame } of connection.frames) replay.take(frame)
    const { opened, closed, stalls } = connection
    const reads = stalls.every(({ to }) => to !== null)
    if (history.rested === null || opened > history.rested || !reads) continue
    if (closed === null || closed > history.rested) replay.finish()
  }
}

type Ready = Extract<AnyFrame, { type: 'ready' }>

/** One connection's frames, one after the other. */
class Replay {
  readonly #connection: Connection
  readonly #truth: Truth
  readonly #findings: Findings
  /** The last entry the client has of each room it follows. */
  readonly #positions = new Map<string, number>()
  readonly #news = new Map<string, number>()
  #first: Ready | undefined
  #isLive = false

  constructor(connection: Connection, truth: Truth, findings: Findings) {
    this.#connection = connection
    this.#truth = truth
    this.#findings = findings
  }

  take(frame: AnyFrame): void {
    if (isEntry(frame)) this.#entry(frame)
    else if (frame.type === 'ready') this.#ready(frame)
    else if (frame.type === 'reset') this.#positions.set(frame.room, frame.lastSeq)
    else if (frame.type === 'live') this.#live()
    else if (frame.type === 'room.added') this.#added(frame)
    else if (frame.type === 'room.gone') this.#gone(frame)
  }

  #added({ data: { id, lastSeq }, userSeq }: Extract<AnyFrame, { type: 'room.added' }>): void {
    if (this.#isNewer(id, userSeq)) this.#positions.set(id, lastSeq)
  }

  #gone({ data: { room }, userSeq }: Extract<AnyFrame, { type: 'room.gone' }>): void {
    if (this.#isNewer(room, userSeq)) this.#positions.delete(room)
  }

  /** News can overtake one another between nodes; userSeq tells which are the newer. */
  #isNewer(room: string, userSeq: number): boolean {
    if (userSeq < (this.#news.get(room) ?? 0)) return false
    this.#news.set(room, userSeq)
    return true
  }

  #ready(ready: Ready): void {
    const { cursors, epoch } = this.#connection
    const isFirst = this.#first === undefined
    this.#first ??= ready
    const named = new Set(ready.rooms.map(({ id }) => id))
    for (const { id, lastSeq } of ready.rooms) {
      const cursor = isFirst ? cursors[id] : this.#positions.get(id)
      this.#positions.set(id, cursor ?? lastSeq)
      this.#news.set(id, ready.userSeq)
    }
    for (const room of this.#positions.keys()) if (!named.has(room)) this.#positions.delete(room)
    if (isFirst && epoch !== null && epoch !== ready.epoch) {
      // P8: a reset must come for every cursor before any entry of its room.
      for (const room of Object.keys(cursors)) this.#positions.delete(room)
    }
  }

  #live(): void {
    this.#isLive = true
    for (const { id, lastSeq } of this.#first?.rooms ?? []) {
      const position = this.#positions.get(id)
      if (position === undefined || position >= lastSeq) continue
      this.#violation(11, 'live before the replay was whole', { room: id, position, lastSeq })
    }
  }

  #entry(entry: LogEntry): void {
    const { room, seq } = entry
    const position = this.#positions.get(room)
    if (position === undefined) {
      this.#violation(6, 'an entry of a room this connection does not follow', { room, entry })
    } else if (seq !== position + 1) {
      const what = seq > position ? 'a hole between two pushes' : 'a push again, or out of order'
      this.#violation(6, what, { room, entry, position })
    }
    if (position !== undefined) this.#positions.set(room, Math.max(seq, position))
    const { by } = this.#connection
    this.#checkMembership(entry)
    if (entry.type === 'member.left' && entry.data.userId === by) this.#positions.delete(room)
  }

  #checkMembership(entry: LogEntry): void {
    const { room, seq } = entry
    const { by } = this.#connection
    const stays = this.#truth.rooms.get(room)?.stays.get(by)
    if (this.#truth.stayAt(room, by, seq)) return
    this.#violation(12, 'an entry reached who was no member', { room, entry, stays })
  }

  /** Everything has come to rest: who is connected has every log to its end. */
  finish(): void {
    if (!this.#isLive) return
    for (const [room, { lastSeq, stays }] of this.#truth.rooms) {
      const isMember = stays.get(this.#connection.by)?.at(-1)?.to === Infinity
      const position = this.#positions.get(room)
      if (isMember && position !== lastSeq) {
        this.#violation(11, 'a connection lacks the end of a log', { room, position, lastSeq })
      } else if (!isMember && position !== undefined) {
        this.#violation(11, 'a connection still follows a room it is not in', { room, position })
      }
    }
  }

  #violation(
    invariant: number,
    what: string,
    context: { room: string; [record: string]: unknown },
  ): void {
    const { id, by, node, opened, closed, code, cursors, stalls } = this.#connection
    const cursor = cursors[context.room]
    const connection = { id, by, node, opened, closed, code, cursor, stalls }
    this.#findings.add(invariant, what, { connection, ...context })
  }
}
