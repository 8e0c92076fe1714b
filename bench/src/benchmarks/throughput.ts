import { figure, table } from '../report/table.ts'
import type { Bench } from '../rig/bench.ts'
import { faultsLine } from '../rig/bench.ts'
import { machineLines } from '../rig/machine.ts'
import type { Shape, System } from '../rig/system.ts'
import { measure } from './measure.ts'
import type { Measurement } from './measure.ts'
import { startEjabberd, startSystems } from './systems.ts'
import { inTurns, middle } from './turns.ts'

/** What the design asks for: times the peer, and figures that a machine of 2 cores reaches. */
interface Bars {
  ratios: Readonly<Record<string, number>>
  messagesPerSecond: number
  /** CPU a delivery, server and database. */
  totalUs?: number
}

const shapes: readonly (Shape & { bars?: Bars })[] = [
  {
    rooms: 20,
    members: 10,
    bars: { ratios: { 'Socket.IO': 5, ejabberd: 20 }, messagesPerSecond: 20_000 },
  },
  { rooms: 100, members: 5 },
  {
    rooms: 1,
    members: 200,
    bars: { ratios: { 'Socket.IO': 7, ejabberd: 30 }, messagesPerSecond: 3000, totalUs: 1.5 },
  },
  { rooms: 1, members: 1000 },
]
const pace = { kind: 'window', window: 20, pauseMs: 0 } as const
const nameOf = ({ rooms, members }: Shape): string => `${rooms}x${members}`

/** A closed-loop sender in each room, window 20: what is stored and delivered a second, and the
 *  CPU of server and database a delivery. */
export async function throughput(bench: Bench): Promise<void> {
  const { options } = bench
  const wanted = options.shapes.length === 0 ? shapes.map(nameOf) : options.shapes
  const unknown = wanted.filter((name) => !shapes.map(nameOf).includes(name))
  if (unknown.length > 0) throw new Error(`there is no shape ${unknown.join(', ')}`)
  const { postgres, systems: own, clients } = await startSystems(bench)
  for (const line of await machineLines(postgres)) bench.say(line)
  const systems: System[] = [...own, ...(await startEjabberd(bench, postgres))]
  bench.say(`load       one sender a room, window 20, ${options.seconds} s × ${options.rounds}`)

  const rows: string[][] = []
  for (const shape of shapes.filter((shape) => wanted.includes(nameOf(shape)))) {
    const results = await inTurns(systems, options.rounds, async (system) => {
      const seats = await system.seat(shape)
      return measure({ bench, clients, system, postgres, seats, shape, pace })
    })
    rows.push(...rowsOf(bench, shape, results))
    if (shape.bars) judge(bench, nameOf(shape), shape.bars, results)
  }
  bench.say(`\n${table(head, rows)}`)
}

const head = [
  'rooms × members',
  'messages/s',
  'deliveries/s',
  'server µs',
  'database µs',
  'ack p50 ms',
  'p99',
  'ratio',
]

const rateOf = (all: readonly Measurement[]): number => middle(all, (one) => one.messagesPerSecond)

function rowsOf(bench: Bench, shape: Shape, results: Map<System, Measurement[]>): string[][] {
  const [own = []] = results.values()
  return [...results].map(([system, all]) => {
    for (const { faults, messagesPerSecond } of all) {
      if (system.dialect === 'parley') bench.blame(faults)
      const rate = `${figure(messagesPerSecond)} messages/s`
      bench.say(`${nameOf(shape)} ${system.name}: ${rate}, ${faultsLine(faults)}`)
    }
    return [
      `${nameOf(shape)} ${system.name}`,
      figure(rateOf(all)),
      figure(middle(all, (one) => one.deliveriesPerSecond)),
      figure(middle(all, (one) => one.serverUs)),
      figure(middle(all, (one) => one.databaseUs)),
      figure(middle(all, ({ acks }) => acks.percentile(0.5))),
      figure(middle(all, ({ acks }) => acks.percentile(0.99))),
      all === own ? '' : `${figure(rateOf(own) / rateOf(all))} ×`,
    ]
  })
}

function judge(bench: Bench, name: string, bars: Bars, results: Map<System, Measurement[]>): void {
  const [own = []] = results.values()
  for (const [system, all] of results) {
    const atLeast = bars.ratios[system.name]
    if (atLeast === undefined) continue
    bench.bar(`${name} beside ${system.name}`, { found: rateOf(own) / rateOf(all), atLeast }, '×')
  }
  bench.bar(name, { found: rateOf(own), atLeast: bars.messagesPerSecond }, 'messages/s')
  const { totalUs: atMost } = bars
  if (atMost === undefined) return
  const found = middle(own, ({ serverUs, databaseUs }) => serverUs + databaseUs)
  bench.bar(`${name}, server and database`, { found, atMost }, 'µs a delivery')
}
