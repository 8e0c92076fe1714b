import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Children } from './children.ts'
import type { Options } from './options.ts'
import { noFaults } from '../load/delivery-check.ts'
import type { Faults } from '../load/delivery-check.ts'

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
