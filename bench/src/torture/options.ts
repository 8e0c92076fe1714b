import { parseArgs } from 'node:util'
import { faultNames } from './faults.ts'
import type { FaultName } from './faults.ts'

export interface Options {
  seed: number
  seconds: number
  nodes: number
  /** WORKERS of the last node. */
  workers: number
  people: number
  faults: readonly FaultName[]
  /** Between one fault's end and the next, in milliseconds: at least and at most. */
  pauseMs: readonly [number, number]
  /** Where the whole history is written, one JSON object a line. */
  history: string | null
}

export const usage = `npm run torture -- [options]

  --seed 1        what people do and which faults strike; printed, so that it can be repeated
  --minutes 1     how long people chat
  --faults all    or none, or some of ${faultNames.join(',')}
  --pause 1,6     seconds between faults, at least and at most
  --nodes 3       on one PostgreSQL and one Redis
  --workers 2     processes of the last node; 1 for none but itself
  --people 40     each with one to three devices
  --history FILE  writes what was recorded, one JSON object a line
`

/** Error where they are not understood. */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seed: { type: 'string', default: String(Date.now() % 1_000_000) },
      minutes: { type: 'string', default: '1' },
      faults: { type: 'string', default: 'all' },
      pause: { type: 'string', default: '1,6' },
      nodes: { type: 'string', default: '3' },
      workers: { type: 'string', default: '2' },
      people: { type: 'string', default: '40' },
      history: { type: 'string' },
    },
  })
  const [least = '1', most = least] = values.pause.split(',')
  return {
    seed: numberOf('seed', values.seed),
    seconds: numberOf('minutes', values.minutes) * 60,
    nodes: numberOf('nodes', values.nodes),
    workers: numberOf('workers', values.workers),
    people: numberOf('people', values.people),
    faults: faultsOf(values.faults),
    pauseMs: [numberOf('pause', least) * 1000, numberOf('pause', most) * 1000],
    history: values.history ?? null,
  }
}

function faultsOf(value: string): readonly FaultName[] {
  if (value === 'all') return faultNames
  if (value === 'none') return []
  return value.split(',').map((name) => {
    const known = faultNames.find((fault) => fault === name)
    if (!known) throw new Error(`--faults: there is no "${name}"`)
    return known
  })
}

function numberOf(name: string, value: string): number {
  const number = Number(value)
  if (!(number >= 0)) throw new Error(`--${name} must be a number, not "${value}"`)
  return number
}
