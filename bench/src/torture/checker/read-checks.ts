/** What reads and marks must show, by the times of the calls: invariants 8, 9 and 10. */
import type { Call, History, Page } from '../history.ts'
import type { Findings } from './findings.ts'
import type { Truth } from './truth.ts'

/** Every write that was acknowledged before a read began must be in it: one's own (8), anyone's (10). */
export function checkReads(history: History, truth: Truth, findings: Findings): void {
  const done = history.calls.filter(({ outcome }) => outcome === 'ok')
  const writes = done.filter(({ stored }) => stored).toSorted((a, b) => endOf(a) - endOf(b))
  const reads = done.filter(({ page }) => page).toSorted((a, b) => a.begin - b.begin)
  const known = new Map<string, Known>()
  let next = 0
  for (const read of reads) {
    for (let write = writes[next]; write && endOf(write) < read.begin; write = writes[++next]) {
      remember(known, write)
    }
    const room = known.get(read.room)
    if (room && read.page) checkRead(read, read.page, room, truth, findings)
  }
}

/** What is acknowledged of a room so far. */
interface Known {
  /** The write that reached furthest. */
  head: Call
  /** The last acknowledged write of each message. */
  messages: Map<number, Call>
}

function remember(known: Map<string, Known>, write: Call): void {
  const room = known.get(write.room) ?? { head: write, messages: new Map<number, Call>() }
  known.set(write.room, room)
  const seq = write.stored?.seq ?? 0
  const earlier = room.messages.get(seq)
  if (versionOf(write) > versionOf(room.head)) room.head = write
  if (!earlier || versionOf(write) > versionOf(earlier)) room.messages.set(seq, write)
}

function checkRead(
  read: Call,
  page: Page,
  { head, messages }: Known,
  truth: Truth,
  findings: Findings,
): void {
  if (page.lastSeq < versionOf(head)) {
    const context = { read: brief(read), head }
    findings.add(ruleOf(read, head), 'a read ends before what was acknowledged', context)
  }
  const isOpen = truth.rooms.get(read.room)?.place.history === 'all'
  if (page.entries) checkLogPage(read, page, isOpen, findings)
  if (!page.messages) return
  const shown = new Map(page.messages.map((message) => [message.seq, message]))
  // Before her time a member sees nothing: the page begins where its first message does.
  const floor = isOpen ? page.after : (page.messages[0]?.seq ?? page.upTo + 1) - 1
  for (let seq = floor + 1; seq <= page.upTo; seq++) {
    const write = messages.get(seq)
    const message = shown.get(seq)
    if (!write || (message && message.version >= versionOf(write))) continue
    const context = { read: brief(read), write, message }
    findings.add(ruleOf(read, write), 'a read lacks what was acknowledged', context)
  }
}

/** One's own writes, or anybody's. */
const ruleOf = (read: Call, write: Call): number => (write.by === read.by ? 8 : 10)
const versionOf = ({ stored }: Call): number => stored?.version ?? 0
const endOf = ({ end }: Call): number => end ?? Infinity

/** A page of the log has no holes (L7). */
function checkLogPage(read: Call, page: Page, isOpen: boolean, findings: Findings): void {
  const entries = page.entries ?? []
  const from = isOpen ? page.after : (entries[0]?.seq ?? page.upTo + 1) - 1
  const hole = entries.findIndex((entry, at) => entry.seq !== from + 1 + at)
  if (hole >= 0 || from + entries.length !== Math.max(page.upTo, from)) {
    const found = entries[hole]?.seq
    findings.add(10, 'a hole in a page of the log', { read: brief(read), from, found })
  }
}

/** Without the page, which can be long. */
function brief({ page, ...read }: Call): object {
  return { ...read, page: { lastSeq: page?.lastSeq, after: page?.after, upTo: page?.upTo } }
}

/** One reading of something that must only grow. */
interface Reading {
  key: string
  value: number
  begin: number
  end: number
  call: Call
}

/** Heads, versions and markers: a reading begun after another ended is not below it. */
export function checkNothingGoesBack(history: History, _truth: Truth, findings: Findings): void {
  const readings = history.calls.filter(({ outcome }) => outcome === 'ok').flatMap(readingsOf)
  const byBegin = readings.toSorted((a, b) => a.begin - b.begin)
  const byEnd = readings.toSorted((a, b) => a.end - b.end)
  const highest = new Map<string, Reading>()
  let next = 0
  for (const reading of byBegin) {
    for (let past = byEnd[next]; past && past.end < reading.begin; past = byEnd[++next]) {
      if (past.value > (highest.get(past.key)?.value ?? -1)) highest.set(past.key, past)
    }
    const before = highest.get(reading.key)
    if (!before || before.value <= reading.value) continue
    const context = { key: reading.key, before: before.value, after: reading.value }
    const calls = { first: brief(before.call), second: brief(reading.call) }
    findings.add(9, 'something went back', { ...context, ...calls })
  }
  checkMarkers(history, findings)
}

function readingsOf(call: Call): Reading[] {
  const { room, by, begin, page, stored, readSeq } = call
  const span = { begin, end: endOf(call), call }
  const readings: Reading[] = []
  if (page) readings.push({ key: `head of ${room}`, value: page.lastSeq, ...span })
  if (readSeq !== undefined) {
    readings.push({ key: `marker of ${by} in ${room}`, value: readSeq, ...span })
  }
  if (stored && call.work.what !== 'send') {
    readings.push({ key: `message ${room} ${stored.seq}`, value: stored.version, ...span })
  }
  for (const { seq, version } of page?.messages ?? []) {
    readings.push({ key: `message ${room} ${seq}`, value: version, ...span })
  }
  return readings
}

/** `read.updated`, in the order userSeq gives it. */
function checkMarkers({ connections }: History, findings: Findings): void {
  const marks = new Map<string, Map<number, number>>()
  for (const { by, frames } of connections) {
    for (const { frame } of frames) {
      if (frame.type !== 'read.updated') continue
      const key = `${by} ${frame.data.room}`
      const known = marks.get(key) ?? new Map<number, number>()
      marks.set(key, known.set(frame.userSeq, frame.data.readSeq))
    }
  }
  for (const [marker, known] of marks) {
    let highest = -1
    for (const [userSeq, readSeq] of [...known].toSorted(([a], [b]) => a - b)) {
      if (readSeq < highest) findings.add(9, 'a marker went back', { marker, userSeq, readSeq })
      highest = Math.max(highest, readSeq)
    }
  }
}
