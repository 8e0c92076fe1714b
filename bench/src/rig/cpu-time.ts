/** CPU time of processes, from /proc (Linux). */
import { execFileSync } from 'node:child_process'
import { readFileSync, readdirSync } from 'node:fs'

const ticksPerSecond = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }))

interface Stat {
  parent: number
  /** User and system time of all threads, in ticks. */
  own: number
  /** Of children that ended and were waited for. */
  ended: number
}

/** Milliseconds of CPU these processes used since they started. */
export function cpuMsOf(pids: readonly number[]): number {
  return toMs(pids.reduce((sum, pid) => sum + (readStat(pid)?.own ?? 0), 0))
}

/** The same for a process with all its children, those that ended included. */
export function cpuMsOfFamily(pid: number): number {
  const stats = readdirSync('/proc').flatMap((name) =>
    /^\d/.test(name) ? (readStat(name) ?? []) : [],
  )
  const children = stats
    .filter(({ parent }) => parent === pid)
    .reduce((sum, { own }) => sum + own, 0)
  const { own, ended } = readStat(pid) ?? { own: 0, ended: 0 }
  return toMs(own + ended + children)
}

function toMs(ticks: number): number {
  return (ticks * 1000) / ticksPerSecond
}

function readStat(pid: number | string): Stat | undefined {
  let text: string
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'utf8')
  } catch {
    return undefined // it ended
  }
  // The name in parentheses may hold anything: count from the last one. Field 4 is the parent,
  // 14 to 17 are the times.
  const fields = text
    .slice(text.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number)
  const [user = 0, system = 0, endedUser = 0, endedSystem = 0] = fields.slice(11, 15)
  return { parent: fields[1] ?? 0, own: user + system, ended: endedUser + endedSystem }
}
