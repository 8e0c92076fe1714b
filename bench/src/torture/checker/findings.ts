/** The invariants of realtime.md, by number. */
export const invariants = [
  'acknowledged is stored, with that seq',
  'no message twice',
  'every log is dense at the end',
  'one identity for a (room, seq), one content for a (message, version)',
  'what was refused or never sent appears nowhere',
  'pushes in the order of seq; a resume goes on at the next one',
  "a sender's pipelined order is kept",
  'everybody reads her own writes, on any node',
  'heads, markers and versions never go back',
  'a read begun after an acknowledgement includes it; the lag is bounded',
  'pushes and replay are the log, or an explicit reset',
  'nothing reaches who is no member, or a session that ended',
] as const

export interface Violation {
  /** From 1. */
  invariant: number
  what: string
  /** The records that show it, and no more. */
  context: object
}

const shownOfEach = 5

/** What a check finds: all counted, the first of each invariant kept. */
export class Findings {
  readonly #counts = new Map<number, number>()
  readonly violations: Violation[] = []

  add(invariant: number, what: string, context: object): void {
    const count = (this.#counts.get(invariant) ?? 0) + 1
    this.#counts.set(invariant, count)
    if (count <= shownOfEach) this.violations.push({ invariant, what, context })
  }

  count(invariant: number): number {
    return this.#counts.get(invariant) ?? 0
  }

  get total(): number {
    return [...this.#counts.values()].reduce((sum, count) => sum + count, 0)
  }
}
