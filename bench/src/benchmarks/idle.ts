import { setTimeout as sleep } from 'node:timers/promises'
import type { MemberSpec } from '../load/member.ts'
import { figure, table } from '../report/table.ts'
import type { Bench } from '../rig/bench.ts'
import { faultsLine } from '../rig/bench.ts'
import { cpuMsOf } from '../rig/cpu-time.ts'
import type { LoadProcess } from '../rig/load-process.ts'
import { machineLines } from '../rig/machine.ts'
import { residentKiB } from '../rig/memory.ts'
import type { EmbeddedPostgres } from '../rig/postgres.ts'
import type { RestartableSystem } from '../rig/system.ts'
import { textBytes } from './measure.ts'
import { crowdSize } from './crowd-size.ts'
import { startSystems } from './systems.ts'

const roomsEach = 10
const roomSize = 50
/** Two of Parley's heartbeats, so that each connection has its share in every figure. */
const idleSeconds = 50
/** For the garbage of the start, and of so many hellos, to be collected. */
const settleSeconds = 25
const patienceMs = 30_000

interface Found {
  /** KiB of resident memory a connection: when all are live, and after the idle time. */
  atOnce: number
  settled: number
  /** Microseconds of CPU a second a connection. */
  serverUs: number
  databaseUs: number
}

/** What a connection costs that does nothing: memory and CPU beyond what the same process took
 *  without connections. Afterwards some messages show that all live. */
export async function idle(bench: Bench): Promise<void> {
  const count = crowdSize(bench.options, 10_000)
  const { postgres, systems, clients } = await startSystems(bench)
  for (const line of await machineLines(postgres)) bench.say(line)
  bench.say(`load       ${count} clients, each in ${roomsEach} rooms of ${roomSize}, idle`)
  const rows: string[][] = []
  for (const system of systems) {
    const seats = await system.crowd({ clients: count, roomsEach, roomSize })
    await system.stop() // what making the people left in its memory is not a connection's
    await system.run()
    const found = await watch({ bench, clients, system, postgres, seats })
    rows.push([system.name, ...Object.values(found).map(figure)])
    await system.stop()
    if (system.dialect === 'parley') judge(bench, found)
    if (system.dialect === 'parley' && systems.length > 1) await system.run() // the database is its own
  }
  bench.say(`\n${table(head, rows)}`)
}

const head = ['a connection', 'KiB when live', 'KiB settled', 'server µs/s', 'database µs/s']

function judge(bench: Bench, { settled, serverUs }: Found): void {
  bench.bar('resident memory a connection', { found: settled, atMost: 16 }, 'KiB')
  bench.bar('CPU of an idle connection', { found: serverUs, atMost: 5 }, 'µs/s')
}

interface Setup {
  bench: Bench
  clients: LoadProcess
  system: RestartableSystem
  postgres: EmbeddedPostgres
  seats: readonly MemberSpec[]
}

async function watch(setup: Setup): Promise<Found> {
  const { bench, clients, system, seats } = setup
  const { pids, dialect } = system
  const { quick } = bench.options
  const settleMs = (quick ? 3 : settleSeconds) * 1000
  await sleep(settleMs)
  const without = await rest(setup, settleMs)
  await clients.ask('open', { dialect, members: seats, returns: false, atOnce: 200 })
  const live = residentKiB(pids)
  await sleep(settleMs)
  const settled = await rest(setup, (quick ? 10 : idleSeconds) * 1000)
  const sizes = [without.kib, live, settled.kib].map((kib) => figure(kib / 1024)).join(', ')
  bench.say(`${system.name}: MiB resident without connections, when live, settled: ${sizes}`)
  await prove(setup)
  const each = (all: number): number => all / seats.length
  return {
    atOnce: each(live - without.kib),
    settled: each(settled.kib - without.kib),
    serverUs: each(settled.serverUs - without.serverUs),
    databaseUs: each(settled.databaseUs - without.databaseUs),
  }
}

/** Memory after this time, and microseconds of CPU a second during it. */
async function rest({ system: { pids }, postgres }: Setup, ms: number) {
  const server = cpuMsOf(pids)
  const database = postgres.cpuMs
  const from = performance.now()
  await sleep(ms)
  const usPerSecond = (cpuMs: number): number => (cpuMs * 1e6) / (performance.now() - from)
  return {
    kib: residentKiB(pids),
    serverUs: usPerSecond(cpuMsOf(pids) - server),
    databaseUs: usPerSecond(postgres.cpuMs - database),
  }
}

/** Each of them still gets its messages. */
async function prove({ bench, clients, system, seats }: Setup): Promise<void> {
  const senders = seats
    .flatMap(({ rooms }, member) =>
      member % roomSize === 0 ? [{ member, room: rooms[0] ?? '' }] : [],
    )
    .map((one, sender) => ({ ...one, sender }))
  const pace = { kind: 'window', window: 1, pauseMs: 200 } as const
  const run = bench.nextRun()
  await clients.ask('start', { run, senders, pace, textBytes, timeDeliveries: 'none' })
  await sleep(1000)
  const { totals } = await clients.ask('stop', { patienceMs })
  const faults = await clients.ask('verify', { totals, patienceMs })
  await clients.ask('close', undefined)
  if (system.dialect === 'parley') bench.blame(faults)
  const sent = totals.reduce((sum, { total }) => sum + total, 0)
  bench.say(`${system.name}: ${sent} messages afterwards, ${faultsLine(faults)}`)
}
