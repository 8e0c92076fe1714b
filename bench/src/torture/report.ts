import { measureLags } from './checker/lag.ts'
import type { Lags } from './checker/lag.ts'
import { invariants } from './checker/findings.ts'
import type { Findings } from './checker/findings.ts'
import { unknownOutcomes } from './history.ts'
import type { Call, History } from './history.ts'

/** What was tried and what came of it, as lines for people. */
export function report(history: History, findings: Findings): string {
  const lines = [...callLines(history), ...socketLines(history), ...faultLines(history), '']
  invariants.forEach((sentence, at) => {
    const count = findings.count(at + 1)
    const verdict = count === 0 ? 'ok' : `${count} VIOLATIONS`
    lines.push(`${String(at + 1).padStart(2)}  ${sentence.padEnd(72)} ${verdict}`)
  })
  for (const { invariant, what, context } of findings.violations) {
    lines.push('', `invariant ${invariant}: ${what}`, JSON.stringify(context))
  }
  return lines.join('\n')
}

function callLines({ calls }: History): string[] {
  const sends = calls.filter(({ work }) => work.what === 'send')
  const attempts = new Map<string, Call[]>()
  for (const call of sends) {
    const id = call.work.what === 'send' ? call.work.clientId : ''
    attempts.set(id, [...(attempts.get(id) ?? []), call])
  }
  const fates = tally([...attempts.values()].map(fateOf))
  const repeated = sends.filter(({ stored }) => stored?.repeated).length
  return [
    `messages: ${attempts.size} in ${sends.length} attempts: ${listed(fates)}; ` +
      `${repeated} repeats answered`,
    `calls: ${listed(tally(calls.map(({ work }) => work.what)))}`,
    `answers: ${listed(tally(calls.map(({ outcome }) => outcome)))}`,
  ]
}

function fateOf(attempts: readonly Call[]): string {
  if (attempts.some(({ outcome }) => outcome === 'ok')) return 'acknowledged'
  const unknown = attempts.some(({ outcome }) => unknownOutcomes.includes(outcome))
  return unknown ? 'unknown' : 'refused'
}

function socketLines(history: History): string[] {
  const { connections } = history
  const types = connections.flatMap(({ frames }) => frames.map(({ frame }) => frame.type))
  const resumed = connections.filter(({ cursors }) => Object.keys(cursors).length > 0).length
  const codes = connections.map(({ code }) => (code === null ? 'open' : `× ${code}`))
  return [
    `sockets: ${connections.length}, ${resumed} with cursors; closed: ${listed(tally(codes))}`,
    `frames: ${listed(tally(types))}`,
    `acknowledgement to push: ${lagText(measureLags(history))}`,
  ]
}

function tally(values: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  return counts
}

/** The most frequent first. */
function listed(counts: ReadonlyMap<string, number>): string {
  const sorted = [...counts].toSorted(([, a], [, b]) => b - a)
  return sorted.map(([what, count]) => `${count} ${what}`).join(', ')
}

function lagText({ all, quiet }: Lags): string {
  const at = (values: Float64Array, part: number) =>
    (values[Math.min(values.length - 1, Math.floor(values.length * part))] ?? 0).toFixed(0)
  const of = (values: Float64Array) =>
    values.length === 0
      ? 'none'
      : `p50 ${at(values, 0.5)} ms, p99 ${at(values, 0.99)} ms, most ${at(values, 1)} ms`
  return `${of(all)}; away from faults ${of(quiet)}`
}

function faultLines({ faults }: History): string[] {
  const seconds = (ms: number) => (ms / 1000).toFixed(1)
  return [
    `faults: ${faults.length}`,
    ...faults.map(
      ({ fault, about, from, to }) => `  ${seconds(from)} to ${seconds(to)} s: ${fault}, ${about}`,
    ),
  ]
}
