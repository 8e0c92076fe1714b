import { figure, median, table } from '../report/table.ts'
import type { Bench } from '../rig/bench.ts'
import { faultsLine } from '../rig/bench.ts'
import { machineLines } from '../rig/machine.ts'
import type { Shape, System } from '../rig/system.ts'
import { measure } from './measure.ts'
import type { Measurement } from './measure.ts'
import { startSystems } from './systems.ts'

const shapes: readonly Shape[] = [
  { rooms: 20, members: 10 },
  { rooms: 100, members: 5 },
  { rooms: 1, members: 200 },
  { rooms: 1, members: 1000 },
]
const pace = { kind: 'window', window: 20, pauseMs: 0 } as const
const nameOf = ({ rooms, members }: Shape): string => `${rooms}x${members}`

/** A closed-loop sender in each room, window 20: what is stored and delivered a second, and the
 *  CPU of server and database a delivery. */
export async function throughput(bench: Bench): Promise<void> {
  const { options } = bench
  const { postgres, systems, clients } = await startSystems(bench)
  for (const line of await machineLines(postgres)) bench.say(line)
  bench.say(`load       one sender a room, window 20, ${options.seconds} s × ${options.rounds}`)

  const rows: string[][] = []
  for (const shape of shapes.filter(isWanted(options.shapes))) {
    const results = await inTurns(systems, options.rounds, async (system) => {
      const seats = await system.seat(shape)
      return measure({ bench, clients, system, postgres, seats, shape, pace })
    })
    rows.push(...rowsOf(bench, shape, results))
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

const isWanted =
  (wanted: readonly string[]) =>
  (shape: Shape): boolean =>
    wanted.length === 0 || wanted.includes(nameOf(shape))

/** Each round measures every system once, so that whatever else the machine does meets all. */
async function inTurns(
  systems: readonly System[],
  rounds: number,
  once: (system: System) => Promise<Measurement>,
): Promise<Map<System, Measurement[]>> {
  const results = new Map<System, Measurement[]>(systems.map((system) => [system, []]))
  for (let round = 0; round < rounds; round++) {
    for (const system of systems) results.get(system)?.push(await once(system))
  }
  return results
}

function rowsOf(bench: Bench, shape: Shape, results: Map<System, Measurement[]>): string[][] {
  const [own = []] = results.values()
  const rate = (all: readonly Measurement[]): number => middle(all, (one) => one.messagesPerSecond)
  return [...results].map(([system, all]) => {
    for (const { faults, messagesPerSecond } of all) {
      if (system.dialect === 'parley') bench.blame(faults)
      const rate = `${figure(messagesPerSecond)} messages/s`
      bench.say(`${nameOf(shape)} ${system.name}: ${rate}, ${faultsLine(faults)}`)
    }
    return [
      `${nameOf(shape)} ${system.name}`,
      figure(rate(all)),
      figure(middle(all, (one) => one.deliveriesPerSecond)),
      figure(middle(all, (one) => one.serverUs)),
      figure(middle(all, (one) => one.databaseUs)),
      figure(middle(all, ({ acks }) => acks.percentile(0.5))),
      figure(middle(all, ({ acks }) => acks.percentile(0.99))),
      all === own ? '' : `${figure(rate(own) / rate(all))} ×`,
    ]
  })
}

function middle(all: readonly Measurement[], of: (one: Measurement) => number): number {
  return median(all.map(of))
}
