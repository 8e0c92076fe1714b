import { setTimeout as sleep } from 'node:timers/promises'
import type { Faults } from '../load/delivery-check.ts'
import { Latencies } from '../load/latencies.ts'
import type { LoadSpec, Pace } from '../load/load.ts'
import type { MemberSpec } from '../load/member.ts'
import type { SenderSpec } from '../load/sender.ts'
import type { Bench } from '../rig/bench.ts'
import { cpuMsOf } from '../rig/cpu-time.ts'
import type { LoadProcess } from '../rig/load-process.ts'
import type { EmbeddedPostgres } from '../rig/postgres.ts'
import type { Shape, System } from '../rig/system.ts'

export const textBytes = 200
const connectionsAtOnce = 100
const patienceMs = 20_000

export interface Measurement {
  messagesPerSecond: number
  deliveriesPerSecond: number
  /** Microseconds of CPU a delivery: of the server, and of the database. */
  serverUs: number
  databaseUs: number
  /** Milliseconds from the intended send. */
  acks: Latencies
  deliveries: Latencies
  lateness: Latencies
  faults: Faults
}

interface Setup {
  bench: Bench
  clients: LoadProcess
  system: System
  postgres: EmbeddedPostgres
  seats: readonly MemberSpec[]
  /** The first member of each room sends, unless others are named. */
  shape: Shape
  senders?: readonly SenderSpec[]
  pace: Pace
  timeDeliveries?: LoadSpec['timeDeliveries']
}

/** Opens the connections, lets the load run warm, measures, and checks every delivery. */
export async function measure(setup: Setup): Promise<Measurement> {
  const { bench, clients, system, seats, shape, pace, timeDeliveries = 'none' } = setup
  const { seconds, warmupSeconds } = bench.options
  const { dialect } = system
  await clients.ask('open', {
    dialect,
    members: seats,
    returns: false,
    atOnce: connectionsAtOnce,
  })
  const { senders = firstOfEachRoom(seats, shape) } = setup
  await clients.ask('start', { run: bench.nextRun(), senders, pace, textBytes, timeDeliveries })
  await sleep(warmupSeconds * 1000)
  const before = await snapshot(setup, true)
  await sleep(seconds * 1000)
  const after = await snapshot(setup, false)
  const { totals, unanswered, timings } = await clients.ask('stop', { patienceMs })
  if (unanswered > 0) {
    throw new Error(`${unanswered} messages were not acknowledged within ${patienceMs} ms`)
  }
  const faults = await clients.ask('verify', { totals, patienceMs })
  await clients.ask('close', undefined)
  const elapsed = (after.at - before.at) / 1000
  const delivered = after.delivered - before.delivered
  return {
    messagesPerSecond: (after.acked - before.acked) / elapsed,
    deliveriesPerSecond: delivered / elapsed,
    serverUs: ((after.serverMs - before.serverMs) * 1000) / delivered,
    databaseUs: ((after.databaseMs - before.databaseMs) * 1000) / delivered,
    acks: new Latencies(timings.acks),
    deliveries: new Latencies(timings.deliveries),
    lateness: new Latencies(timings.lateness),
    faults,
  }
}

async function snapshot({ clients, system, postgres }: Setup, restart: boolean) {
  const counts = await clients.ask('count', { restart })
  return { ...counts, serverMs: cpuMsOf(system.pids), databaseMs: postgres.cpuMs }
}

function firstOfEachRoom(seats: readonly MemberSpec[], { rooms, members }: Shape): SenderSpec[] {
  return Array.from({ length: rooms }, (_, sender) => {
    const member = sender * members
    const [room = ''] = seats[member]?.rooms ?? []
    return { sender, member, room }
  })
}
