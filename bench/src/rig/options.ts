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
  /** A small trial: less of everything, so that figures mean little. */
  quick: boolean
  /** Of `throughput`: only these, as 20x10. */
  shapes: readonly string[]
  /** Of `idle` and `storm`: how many clients. */
  clients: number | undefined
  /** Of `history`: how many messages are in the table. */
  messages: number | undefined
  /** Of `search`: how many people there are. */
  people: number | undefined
  /** Of `search`: a file with a name in each line, instead of made-up ones. */
  names: string | undefined
  /** Of `history` and `search`: the data directory, kept for the next time. */
  data: string | undefined
}

export const usage = `npm run bench -- <benchmark> [options]

  throughput   durable messages and deliveries a second, and what they cost
  latency      send to acknowledgement: a lone message, and at half of the capacity
  idle         memory and CPU of connections that do nothing
  storm        a killed node comes back, and so do all its clients
  nodes        two nodes over Redis beside one
  revocation   from a log-out at one node to the closed socket at another
  flood        200 log-ins a second while rooms talk
  history      a page of messages anywhere among ten million; a list of 200 rooms
  search       finding someone among a million people

  --quick          a small trial              --no-peers      Parley alone
  --seconds 5      of each measurement        --warmup 2      before it
  --rounds 3       of each system, in turns   --profile       the server's CPU profile
  --shapes 20x10   only these (throughput)    --clients 5000  (idle, storm)
  --messages 10000000  (history)              --people 1000000  --names FILE  (search)
  --data FOLDER    keep what was loaded for the next time (history, search)
`

/** The name of the benchmark and its options; Error where they are not understood. */
export function readOptions(args: readonly string[]): { name: string; options: Options } {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      seconds: { type: 'string' },
      warmup: { type: 'string' },
      rounds: { type: 'string' },
      quick: { type: 'boolean', default: false },
      'no-peers': { type: 'boolean', default: false },
      profile: { type: 'boolean', default: false },
      shapes: { type: 'string', default: '' },
      clients: { type: 'string' },
      messages: { type: 'string' },
      people: { type: 'string' },
      names: { type: 'string' },
      data: { type: 'string' },
    },
  })
  const [name = '', ...rest] = positionals
  if (rest.length > 0) throw new Error(`only one benchmark at a time, not "${rest.join(' ')}" too`)
  const { quick } = values
  const options = {
    seconds: numberOf('seconds', values.seconds) ?? (quick ? 2 : 5),
    warmupSeconds: numberOf('warmup', values.warmup) ?? (quick ? 1 : 2),
    rounds: numberOf('rounds', values.rounds) ?? (quick ? 1 : 3),
    quick,
    peers: !values['no-peers'],
    profile: values.profile,
    shapes: values.shapes.split(',').filter(Boolean),
    clients: numberOf('clients', values.clients),
    messages: numberOf('messages', values.messages),
    people: numberOf('people', values.people),
    names: values.names,
    data: values.data,
  }
  return { name, options }
}

function numberOf(name: string, value: string | undefined): number | undefined {
  if (value === undefined) return undefined
  const number = Number(value)
  if (!(number > 0)) throw new Error(`--${name} must be a number above 0, not "${value}"`)
  return number
}
