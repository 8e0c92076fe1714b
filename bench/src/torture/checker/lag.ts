/** From an acknowledgement to the push at everybody who was connected before: the rest of invariant 10. */
import type { Call, Connection, History } from '../history.ts'
import { isEntry } from './entry.ts'
import { isQuiet } from './faulty-times.ts'
import type { Findings } from './findings.ts'
import type { Truth } from './truth.ts'

/** Every position is compared with the log within 30 s (H2); a paused node adds its pause. */
const boundMs = 45_000

export interface Lags {
  /** In milliseconds, ascending: all, and those no fault touched. */
  all: Float64Array
  quiet: Float64Array
}

export function measureLags(history: History): Lags {
  const all: number[] = []
  const quiet: number[] = []
  eachLag(history, (lag, call) => {
    all.push(Math.max(0, lag))
    if (isQuiet(history, call.begin, (call.end ?? 0) + 1000)) quiet.push(Math.max(0, lag))
  })
  return { all: Float64Array.from(all).toSorted(), quiet: Float64Array.from(quiet).toSorted() }
}

export function checkLags(history: History, _truth: Truth, findings: Findings): void {
  eachLag(history, (lag, call, { id, by, node }) => {
    if (lag <= boundMs) return
    findings.add(10, 'a push came too late', { call, connection: { id, by, node }, lag })
  })
}

function eachLag(
  history: History,
  visit: (lag: number, call: Call, connection: Connection) => void,
): void {
  const acked = new Map<string, Call>()
  for (const call of history.calls) {
    if (call.work.what !== 'send' || !call.stored || call.stored.repeated) continue
    acked.set(`${call.room} ${call.stored.seq}`, call)
  }
  for (const connection of history.connections) {
    if (connection.stalls.length > 0) continue
    const live = connection.frames.find(({ frame }) => frame.type === 'live')?.at ?? Infinity
    for (const { at, frame } of connection.frames) {
      if (!isEntry(frame)) continue
      const call = acked.get(`${frame.room} ${frame.seq}`)
      if (call?.end && call.begin > live) visit(at - call.end, call, connection)
    }
  }
}
