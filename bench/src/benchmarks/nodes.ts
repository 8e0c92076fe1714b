import { SocketIo } from '../peers/socketio.ts'
import type { Pace } from '../load/load.ts'
import { figure, table } from '../report/table.ts'
import type { Bench } from '../rig/bench.ts'
import { faultsLine } from '../rig/bench.ts'
import { LoadProcess } from '../rig/load-process.ts'
import { machineLines } from '../rig/machine.ts'
import { Parley } from '../rig/parley.ts'
import { ParleyNode } from '../rig/parley-node.ts'
import type { EmbeddedPostgres } from '../rig/postgres.ts'
import type { System } from '../rig/system.ts'
import { hasRedis, Redis } from '../torture/servers/redis.ts'
import { measure } from './measure.ts'
import type { Measurement } from './measure.ts'
import { startPair } from './systems.ts'
import { inTurns, middle } from './turns.ts'

const shape = { rooms: 20, members: 10 }
const full: Pace = { kind: 'window', window: 20, pauseMs: 0 }
const share = 0.5

/** A system alone, and as two nodes. */
interface Pair {
  one: System
  two: System
}

/** Two nodes over Redis beside one alone: messages a second; then, at half of what the two carry,
 *  how long a message takes from its intended send to members at the other node. */
export async function nodes(bench: Bench): Promise<void> {
  if (!hasRedis()) throw new Error('NOTHING WAS MEASURED: this needs redis-server')
  const clients = new LoadProcess(bench.children)
  const { pairs, databaseOf, postgres } = await startPairs(bench)
  for (const line of await machineLines(postgres)) bench.say(line)
  const take = async (system: System, pace: Pace): Promise<Measurement> => {
    const seats = await system.seat(shape)
    const database = databaseOf(system)
    const setup = { bench, clients, system, postgres: database, seats, shape, pace }
    const found = await measure({ ...setup, timeDeliveries: 'otherNode' })
    if (system.dialect === 'parley') bench.blame(found.faults)
    bench.say(`${system.name}: ${faultsLine(found.faults)}`)
    return found
  }
  const systems = pairs.flatMap(({ one, two }) => [one, two])
  const found = await inTurns(systems, bench.options.rounds, (system) => take(system, full))
  const rows: string[][] = []
  for (const { one, two } of pairs) {
    const rate = rateOf(found.get(two))
    const perSecond = rate * share
    const half = await take(two, { kind: 'rate', perSecond })
    rows.push(rowOf(one, found.get(one), 1))
    rows.push([...rowOf(two, found.get(two), rate / rateOf(found.get(one))), ...acrossOf(half)])
    if (two.dialect === 'parley') judge(bench, half)
  }
  bench.say(`\n${table(head, rows)}`)
  bench.say('across: from the intended send to members at the other node, at half of the capacity')
}

async function startPairs(bench: Bench) {
  const { children, options } = bench
  const redis = await Redis.start(children)
  const alone = await ParleyNode.start(children, { profileInto: bench.profileFolder })
  const together = await startPair(bench, redis.url)
  const postgres = alone.database
  const own = { one: new Parley([alone]), two: new Parley(together) }
  const pairs: Pair[] = [own]
  if (options.peers) {
    const one = await SocketIo.start({ children, postgres })
    const two = await SocketIo.start({ children, postgres, redisUrl: redis.url, nodes: 2 })
    pairs.push({ one, two })
  }
  const databaseOf = (system: System): EmbeddedPostgres =>
    system === own.two ? together[0].database : postgres
  return { pairs, databaseOf, postgres }
}

const head = [
  '20 rooms × 10',
  'messages/s',
  'deliveries/s',
  'server µs',
  'database µs',
  'beside one',
  'across p50 ms',
  'p99',
  'samples',
]

function rateOf(all: readonly Measurement[] = []): number {
  return middle(all, (one) => one.messagesPerSecond)
}

function rowOf({ name }: System, all: readonly Measurement[] = [], ratio: number): string[] {
  return [
    name,
    figure(rateOf(all)),
    figure(middle(all, (one) => one.deliveriesPerSecond)),
    figure(middle(all, (one) => one.serverUs)),
    figure(middle(all, (one) => one.databaseUs)),
    `${figure(ratio)} ×`,
  ]
}

function acrossOf({ deliveries }: Measurement): string[] {
  const times = [0.5, 0.99].map((part) => figure(deliveries.percentile(part)))
  return [...times, String(deliveries.size)]
}

function judge(bench: Bench, { deliveries }: Measurement): void {
  const found = deliveries.percentile(0.99)
  bench.bar('delivery across nodes at half of the capacity, p99', { found, atMost: 15 }, 'ms')
}
