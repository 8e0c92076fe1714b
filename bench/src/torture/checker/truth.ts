import type { LogEntry } from '@parley/client'
import type { Call, History, Place } from '../history.ts'
import { identityOf } from './entry.ts'

/** From the entry that let her in to the one that ended it, both included. */
export interface Stay {
  from: number
  to: number
}

/** One room as its log tells it at the end. */
export interface RoomTruth {
  place: Place
  lastSeq: number
  entries: ReadonlyMap<number, LogEntry>
  identities: ReadonlyMap<number, string>
  stays: ReadonlyMap<string, readonly Stay[]>
}

/** The end state everything is measured by. */
export class Truth {
  readonly rooms = new Map<string, RoomTruth>()
  /** Every attempt of a send, by its clientId. */
  readonly sends = new Map<string, Call[]>()

  constructor(history: History) {
    const places = new Map(history.rooms.map((place) => [place.id, place]))
    for (const { room, lastSeq, log } of history.finals) {
      const place = places.get(room)
      if (!place) continue
      const entries = new Map(log.map((entry) => [entry.seq, entry]))
      const identities = new Map(log.map((entry) => [entry.seq, identityOf(entry)]))
      this.rooms.set(room, { place, lastSeq, entries, identities, stays: staysOf(log) })
    }
    for (const call of history.calls) {
      if (call.work.what !== 'send') continue
      const attempts = this.sends.get(call.work.clientId)
      if (attempts) attempts.push(call)
      else this.sends.set(call.work.clientId, [call])
    }
  }

  /** The stay that covers this entry, if she had one. */
  stayAt(room: string, userId: string, seq: number): Stay | undefined {
    const stays = this.rooms.get(room)?.stays.get(userId) ?? []
    return stays.find(({ from, to }) => from <= seq && seq <= to)
  }
}

function staysOf(log: readonly LogEntry[]): Map<string, Stay[]> {
  const stays = new Map<string, Stay[]>()
  for (const entry of log) {
    if (entry.type === 'member.joined') {
      const known = stays.get(entry.data.user.id) ?? []
      stays.set(entry.data.user.id, [...known, { from: entry.seq, to: Infinity }])
    } else if (entry.type === 'member.left') {
      const last = stays.get(entry.data.userId)?.at(-1)
      if (last) last.to = entry.seq
    }
  }
  return stays
}
