import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Children } from './children.ts'
import type { Options } from './options.ts'
import { noFaults } from '../load/delivery-check.ts'
import { figure } from '../report/table.ts'
import type { Faults } from '../load/delivery-check.ts'

interface Bar {
  found: number
  atMost?: number
  atLeast?: number
}

/** What every benchmark gets: its options, what ends with it, and where it says what it found. */
export class Bench {
  readonly options: Options
  readonly children = new Children()
  /** Where servers leave their CPU profiles, if they were asked for. */
  readonly profileFolder: string | undefined
  readonly #faults = noFaults()
  #lastRun = 0

  constructor(options: Options) {
    this.options = options
    if (options.profile) this.profileFolder = mkdtempSync(join(tmpdir(), 'parley-profile-'))
  }

  say(text = ''): void {
    process.stdout.write(`${text}\n`)
  }

  /** Says whether a figure reaches what the design asks for. It fails nothing: a busy machine is
   *  no fault. */
  bar(what: string, { found, atMost, atLeast }: Bar, unit = ''): void {
    const reached = found <= (atMost ?? Infinity) && found >= (atLeast ?? -Infinity)
    const limit = atMost === undefined ? `≥ ${atLeast ?? 0}` : `≤ ${atMost}`
    const verdict = reached ? 'reached' : 'not reached'
    this.say(`bar        ${what} ${limit} ${unit}: ${figure(found)}, ${verdict}`.replace(' :', ':'))
  }

  /** Marks the texts of one measurement. */
  nextRun(): number {
    return ++this.#lastRun
  }

  /** Counts what went wrong with Parley's deliveries: any of it fails the benchmark. */
  blame({ lost, doubled, outOfOrder }: Faults): void {
    this.#faults.lost += lost
    this.#faults.doubled += doubled
    this.#faults.outOfOrder += outOfOrder
  }

  get faults(): Readonly<Faults> {
    return this.#faults
  }
}

export function faultsLine({ lost, doubled, outOfOrder }: Readonly<Faults>): string {
  return `lost ${lost}, doubled ${doubled}, out of order ${outOfOrder}`
}
