/** What the final logs must say of the calls: invariants 1, 2, 3, 5 and 7. */
import type { LogEntry } from '@parley/client'
import { unknownOutcomes } from '../history.ts'
import type { Call, Final, History } from '../history.ts'
import { isEntry, messageOf, subjectSeqOf } from './entry.ts'
import type { Findings } from './findings.ts'
import type { Truth } from './truth.ts'

export function checkAcknowledged(history: History, truth: Truth, findings: Findings): void {
  for (const call of history.calls) {
    const { room, stored, work } = call
    if (!stored) continue
    const entries = truth.rooms.get(room)?.entries
    if (work.what === 'send') {
      const entry = entries?.get(stored.seq)
      if (entry && isMessageOf(entry, call.by, work.clientId)) continue
      findings.add(1, 'an acknowledged message is not in the log', { call, entry })
    } else {
      const entry = entries?.get(stored.version)
      if (entry && subjectSeqOf(entry) === stored.seq) continue
      findings.add(1, 'an acknowledged change is not in the log', { call, entry })
    }
  }
}

function isMessageOf(entry: LogEntry, author: string, clientId: string): boolean {
  if (entry.type !== 'message.created') return false
  return entry.data.clientId === clientId && entry.data.author.id === author
}

export function checkNothingTwice(history: History, truth: Truth, findings: Findings): void {
  for (const final of history.finals) {
    const seen = new Map<string, LogEntry>()
    for (const entry of final.log) {
      if (entry.type !== 'message.created') continue
      const key = `${entry.data.author.id} ${entry.data.clientId}`
      const first = seen.get(key)
      if (first) findings.add(2, 'one clientId, two messages', { first, second: entry })
      seen.set(key, entry)
    }
  }
  for (const calls of truth.sends.values()) {
    const [first, ...others] = calls.filter(({ outcome }) => outcome === 'ok')
    for (const other of others) {
      if (other.room !== first?.room || other.stored?.seq === first.stored?.seq) continue
      findings.add(2, 'a repeat was answered with another seq', { first, other })
    }
  }
}

export function checkDense(history: History, _truth: Truth, findings: Findings): void {
  for (const final of history.finals) {
    const { room, lastSeq, log } = final
    const hole = log.findIndex((entry, at) => entry.seq !== at + 1)
    if (hole >= 0) findings.add(3, 'a hole in the log', { room, found: log[hole], at: hole + 1 })
    if (log.length !== lastSeq) findings.add(3, 'the log ends elsewhere', { room, lastSeq })
    checkMessages(final, findings)
  }
}

/** The list of messages and the log are one. */
function checkMessages({ room, log, messages }: Final, findings: Findings): void {
  const created = log.filter(({ type }) => type === 'message.created').map(({ seq }) => seq)
  const listed = messages.map(({ seq }) => seq)
  const differs = created.findIndex((seq, at) => listed[at] !== seq)
  if (differs >= 0 || created.length !== listed.length) {
    const [inLog, inList] = [created[differs], listed[differs]]
    findings.add(3, 'the messages are not those of the log', { room, inLog, inList })
  }
}

/** Every text that was ever shown must be one that was sent and not refused. */
export function checkNothingInvented(history: History, truth: Truth, findings: Findings): void {
  const edits = editsOf(history)
  for (const entry of shown(history)) {
    const message = messageOf(entry)
    if (!message || message.text === null) continue
    const { seq, version, text, author, clientId, roomId } = message
    const calls = version === seq ? truth.sends.get(clientId) : edits.get(`${roomId} ${seq}`)
    const possible = (calls ?? []).some(({ by, room, work, outcome }) => {
      const said = 'text' in work && work.text === text && by === author.id
      return said && room === roomId && mayHaveHappened(outcome)
    })
    if (!possible) findings.add(5, 'a text nobody sent, or that was refused', { entry, calls })
  }
}

function mayHaveHappened(outcome: string): boolean {
  return outcome === 'ok' || unknownOutcomes.includes(outcome)
}

function editsOf({ calls }: History): Map<string, Call[]> {
  const edits = new Map<string, Call[]>()
  for (const call of calls) {
    if (call.work.what !== 'edit') continue
    const place = `${call.room} ${call.work.seq}`
    const known = edits.get(place)
    if (known) known.push(call)
    else edits.set(place, [call])
  }
  return edits
}

/** Every entry anybody was shown, once where it was one object for many. */
export function shown(history: History): Set<LogEntry> {
  const entries = new Set<LogEntry>()
  for (const { log } of history.finals) for (const entry of log) entries.add(entry)
  for (const { page } of history.calls) for (const entry of page?.entries ?? []) entries.add(entry)
  for (const { frames } of history.connections) {
    for (const { frame } of frames) if (isEntry(frame)) entries.add(frame)
  }
  return entries
}

/** Sends that had one attempt, in the order they left on one connection for one room (G4). */
export function checkPipelined(history: History, truth: Truth, findings: Findings): void {
  const last = new Map<string, Call>()
  for (const call of history.calls) {
    if (call.work.what !== 'send' || call.connection === null || !call.stored) continue
    if (truth.sends.get(call.work.clientId)?.length !== 1) continue
    const key = `${call.connection} ${call.room}`
    const before = last.get(key)
    if (before?.stored && before.stored.seq > call.stored.seq) {
      findings.add(7, 'two sends of one connection changed places', { before, after: call })
    }
    last.set(key, call)
  }
}
