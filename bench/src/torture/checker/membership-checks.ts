/** Who may see and say what, and until when: invariant 12. */
import type { LogEntry } from '@parley/client'
import type { Call, History } from '../history.ts'
import { messageOf } from './entry.ts'
import { isQuiet } from './faulty-times.ts'
import type { Findings } from './findings.ts'
import type { Truth } from './truth.ts'

/** The end of a session reaches every node within a second, 30 where the bus is down (P6); the
 *  rest is for a busy machine and a paused node. */
const revokedMs = { quiet: 5000, faulty: 45_000 }

export function checkReadersAreMembers(history: History, truth: Truth, findings: Findings): void {
  for (const { page, ...call } of history.calls) {
    const room = truth.rooms.get(call.room)
    if (!page || !room) continue
    const { lastSeq } = page
    const stay = truth.stayAt(call.room, call.by, lastSeq)
    if (!stay) {
      findings.add(12, 'somebody read a room she is not in', { call, lastSeq })
      continue
    }
    const items = [...(page.messages ?? []), ...(page.entries ?? [])]
    const hidden = items.find(({ seq }) => room.place.history === 'sinceJoin' && seq < stay.from)
    if (hidden) findings.add(12, 'somebody read what was before her time', { call, stay, hidden })
  }
}

export function checkActorsAreMembers(history: History, truth: Truth, findings: Findings): void {
  for (const { room, log } of history.finals) {
    for (const entry of log) {
      const actor = actorOf(entry)
      if (actor === undefined || truth.stayAt(room, actor, entry.seq)) continue
      findings.add(12, 'an entry by who was no member', { entry })
    }
  }
}

/** Who wrote it, where only a member can. */
function actorOf(entry: LogEntry): string | undefined {
  return entry.type === 'message.deleted' ? entry.data.by : messageOf(entry)?.author.id
}

export function checkSessionsEnd(history: History, _truth: Truth, findings: Findings): void {
  const ends = new Map<string, { at: number; by: Call }>()
  for (const call of history.calls) {
    const { work, outcome, session, end } = call
    if (work.what !== 'logout' || outcome !== 'ok' || end === null) continue
    const quiet = isQuiet(history, end - 1000, end + revokedMs.quiet)
    ends.set(session, { at: end + (quiet ? revokedMs.quiet : revokedMs.faulty), by: call })
  }
  for (const call of history.calls) {
    const ended = ends.get(call.session)
    if (!ended || call.begin <= ended.at || call.outcome !== 'ok') continue
    findings.add(12, 'a call in a session that ended', { call, ended })
  }
  for (const { id, session, frames, stalls } of history.connections) {
    const ended = ends.get(session)
    // What a socket reads after a stall was sent before.
    if (!ended || stalls.length > 0) continue
    const late = frames.find(({ at }) => at > ended.at)
    if (late) findings.add(12, 'a frame in a session that ended', { connection: id, late, ended })
  }
}
