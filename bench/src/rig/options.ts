import { parseArgs } from 'node:util'

export interface Options {
  /** Of one measurement, after its warm-up. */
  seconds: number
  warmupSeconds: number
  /** Measurements of each system, in turns. */
  rounds: number
  /** Whether peers are measured beside Parley. */
  peers: boolean
  /** Whether the server writes a CPU profile, whose top is shown. */
  profile: boolean
  /** Of `throughput`: only these, as 20x10. */
  shapes: readonly string[]
  /** Of `idle` and `storm`: how many clients. */
  clients: number | undefined
  /** Of `history`: how many messages are in the table. */
  messages: number
}

export const usage = `npm run bench -- <benchmark> [options]

  throughput   durable messages and deliveries a second, and what they cost
  latency      send to acknowledgement: a lone message, and at half of the capacity

  --seconds 5      of each measurement        --warmup 2    before it
  --rounds 3       of each system, in turns   --no-peers    Parley alone
  --shapes 20x10   only these (throughput)    --profile     the server's CPU profile
`

/** The name of the benchmark and its options; Error where they are not understood. */
export function readOptions(args: readonly string[]): { name: string; options: Options } {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      seconds: { type: 'string', default: '5' },
      warmup: { type: 'string', default: '2' },
      rounds: { type: 'string', default: '3' },
      'no-peers': { type: 'boolean', default: false },
      profile: { type: 'boolean', default: false },
      shapes: { type: 'string', default: '' },
      clients: { type: 'string' },
      messages: { type: 'string', default: '10000000' },
    },
  })
  const [name = '', ...rest] = positionals
  if (rest.length > 0) throw new Error(`only one benchmark at a time, not "${rest.join(' ')}" too`)
  const options = {
    seconds: numberOf('seconds', values.seconds),
    warmupSeconds: numberOf('warmup', values.warmup),
    rounds: numberOf('rounds', values.rounds),
    peers: !values['no-peers'],
    profile: values.profile,
    shapes: values.shapes.split(',').filter(Boolean),
    clients: values.clients === undefined ? undefined : numberOf('clients', values.clients),
    messages: numberOf('messages', values.messages),
  }
  return { name, options }
}

function numberOf(name: string, value: string): number {
  const number = Number(value)
  if (!(number > 0)) throw new Error(`--${name} must be a number above 0, not "${value}"`)
  return number
}
