import { LoadProcess } from '../rig/load-process.ts'
import { LogIns } from '../load/log-ins.ts'
import type { SenderSpec } from '../load/sender.ts'
import { figure, median, table } from '../report/table.ts'
import type { Bench } from '../rig/bench.ts'
import { machineLines } from '../rig/machine.ts'
import { Parley } from '../rig/parley.ts'
import { ParleyNode } from '../rig/parley-node.ts'
import { inTurns } from '../rig/people.ts'
import { measure } from './measure.ts'
import type { Measurement } from './measure.ts'

const shape = { rooms: 20, members: 10 }
/** Everyone writes five messages a second: what the limits allow. */
const pace = { kind: 'rate', perSecond: 1000 } as const
const logInsPerSecond = 200
const accountCount = 20
const growsAtMost = 2

/** Passwords cost what they cost by default, and a proxy says where each log-in comes from. */
const env = { BCRYPT_COST: '12', TRUST_PROXY: 'loopback' }
const variants = [
  { name: 'limits as they are', env: { ...env, LIMIT_SCALE: '1' } },
  { name: 'limits raised, so that every log-in may try', env },
]

interface Round {
  quiet: Measurement
  flooded: Measurement
  logIns: LogIns
}

/** Twenty rooms talk at a steady rate, without and with a flood of log-ins from as many addresses:
 *  how much longer messages take. */
export async function flood(bench: Bench): Promise<void> {
  const clients = new LoadProcess(bench.children)
  const rows: string[][] = []
  for (const [at, variant] of variants.entries()) {
    const node = await ParleyNode.start(bench.children, {
      env: variant.env,
      profileInto: bench.profileFolder,
    })
    if (at === 0) for (const line of await machineLines(node.database)) bench.say(line)
    const rounds = await measured(bench, clients, node)
    await node.stop()
    rows.push(...rowsOf(variant.name, rounds))
    for (const [what, name] of [
      ['acks', 'acknowledgements'],
      ['deliveries', 'deliveries'],
    ] as const) {
      const bar = { found: growthOf(rounds, what), atMost: growsAtMost }
      bench.bar(`${variant.name}, p99 of ${name}`, bar, '×')
    }
  }
  bench.say(`\n${table(head, rows)}`)
  bench.say(`log-ins: ${logInsPerSecond} a second; p50 and p99 of those answered 200 or 401`)
}

async function measured(bench: Bench, clients: LoadProcess, node: ParleyNode): Promise<Round[]> {
  const system = new Parley([node])
  const accounts = await register(system)
  const seats = await system.crowd({
    clients: shape.rooms * shape.members,
    roomsEach: 1,
    roomSize: shape.members,
  })
  const senders = seats.map(({ rooms: [room = ''] }, n): SenderSpec => ({
    sender: n,
    member: n,
    room,
  }))
  const once = async (): Promise<Measurement> => {
    const found = await measure({
      bench,
      clients,
      system,
      postgres: node.database,
      seats,
      shape,
      pace,
      senders,
      timeDeliveries: 'all',
    })
    bench.blame(found.faults)
    return found
  }
  const rounds: Round[] = []
  for (let round = 0; round < bench.options.rounds; round++) {
    const quiet = await once()
    const logIns = new LogIns({ address: node.address, perSecond: logInsPerSecond, accounts })
    logIns.start()
    const flooded = await once()
    await logIns.stop()
    rounds.push({ quiet, flooded, logIns })
  }
  return rounds
}

/** Accounts that the flood knows. */
function register({ people }: Parley): Promise<{ login: string; password: string }[]> {
  const numbers = Array.from({ length: accountCount }, (_, n) => n)
  return inTurns(numbers, async (n) => {
    const username = `known.${n}`
    const password = `the password of ${username}`
    const email = `${username}@example.org`
    await people.call('POST', '/v1/auth/register', { username, email, password })
    return { login: username, password }
  })
}

/** How much longer the p99 is with the flood than just before it: the median of the rounds. */
function growthOf(rounds: readonly Round[], what: 'acks' | 'deliveries'): number {
  const p99 = (one: Measurement): number => one[what].percentile(0.99)
  return median(rounds.map(({ quiet, flooded }) => p99(flooded) / p99(quiet)))
}

const head = [
  '',
  'messages/s',
  'ack p50 ms',
  'p99',
  'delivery p50',
  'p99',
  'log-ins 200/s',
  '401',
  '429',
  '503',
  'p50 ms',
  'p99',
]

function rowsOf(name: string, rounds: readonly Round[]): string[][] {
  return rounds.flatMap(({ quiet, flooded, logIns }) => [
    [`${name}: quiet`, ...timesOf(quiet), ...Array<string>(6).fill('')],
    [
      `${name}: flood`,
      ...timesOf(flooded),
      ...[200, 401, 429, 503].map((status) => figure(logIns.rateOf(status))),
      ...[0.5, 0.99].map((share) => figure(logIns.tried.percentile(share))),
    ],
  ])
}

function timesOf({ messagesPerSecond, acks, deliveries }: Measurement): string[] {
  const times = [acks, deliveries].flatMap((all) =>
    [0.5, 0.99].map((share) => all.percentile(share)),
  )
  return [messagesPerSecond, ...times].map(figure)
}
