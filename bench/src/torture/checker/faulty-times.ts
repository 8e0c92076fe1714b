import type { History } from '../history.ts'

/** How long after a fault things may still be coming back. */
const aftermathMs = 5000

/** Whether no fault touched this span, in milliseconds since the run began. */
export function isQuiet({ faults }: History, from: number, to: number): boolean {
  return faults.every((fault) => fault.to + aftermathMs < from || fault.from > to)
}
