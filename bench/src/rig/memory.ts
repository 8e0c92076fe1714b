import { readFileSync } from 'node:fs'

/** Resident memory of these processes in KiB, from /proc (Linux). */
export function residentKiB(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    return sum + Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1])
  }, 0)
}
