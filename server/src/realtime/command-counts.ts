import type { ErrorCode } from '../contract/error-codes.ts'

type Outcome = 'ok' | ErrorCode

/** Stands for whatever a client made up: its words never become a metric's labels. */
const unknown = 'unknown'

/** How often each command ended how, since the start of the node. */
export class CommandCounts {
  readonly #byType: ReadonlyMap<string, Map<Outcome, number>>

  constructor(types: Iterable<string>) {
    const counted = [...types].map((type) => [type, new Map<Outcome, number>([['ok', 0]])] as const)
    this.#byType = new Map([...counted, [unknown, new Map()]])
  }

  count(type: string, outcome: Outcome): void {
    const counts = this.#byType.get(type) ?? this.#byType.get(unknown)
    counts?.set(outcome, (counts.get(outcome) ?? 0) + 1)
  }

  *[Symbol.iterator](): Generator<{ type: string; outcome: Outcome; count: number }> {
    for (const [type, counts] of this.#byType) {
      for (const [outcome, count] of counts) yield { type, outcome, count }
    }
  }
}
