import { setTimeout as sleep } from 'node:timers/promises'
import type { Faults } from '../load/delivery-check.ts'
import type { Address } from '../load/line.ts'
import type { MemberSpec } from '../load/member.ts'
import { figure, table } from '../report/table.ts'
import { accepts } from '../rig/accepts.ts'
import type { Bench } from '../rig/bench.ts'
import { faultsLine } from '../rig/bench.ts'
import { cpuMsOf } from '../rig/cpu-time.ts'
import type { LoadProcess } from '../rig/load-process.ts'
import { machineLines } from '../rig/machine.ts'
import type { RestartableSystem } from '../rig/system.ts'
import { textBytes } from './measure.ts'
import { crowdSize } from './crowd-size.ts'
import { startSystems } from './systems.ts'

const roomsEach = 10
const roomSize = 50
const perSecond = 200
const senders = 50
/** Who is not back by then is never. */
const patienceMs = 30_000

interface Found {
  /** From the kill to the first accepted connection. */
  downMs: number
  /** From then until each client was live; those that came back, in order. */
  backMs: number[]
  never: number
  /** Messages that were never acknowledged, however often they were sent again. */
  unanswered: number
  /** Seconds of CPU the server used from its start until all were live. */
  serverSeconds: number
  faults: Faults
}

/** The node is killed under clients that send, and starts again: how long until each is live, from
 *  the moment its port answers, and whether anything is lost or doubled. */
export async function storm(bench: Bench): Promise<void> {
  const { options } = bench
  const count = crowdSize(bench.options, 5000)
  const { postgres, systems, clients } = await startSystems(bench)
  for (const line of await machineLines(postgres)) bench.say(line)
  bench.say(
    `load       ${count} clients, each in ${roomsEach} rooms of ${roomSize}; ${perSecond} messages/s`,
  )
  const rows: string[][] = []
  for (const system of systems) {
    const members = await system.crowd({ clients: count, roomsEach, roomSize })
    for (let round = 0; round < options.rounds; round++) {
      const found = await strike({ bench, clients, system, members })
      bench.say(`${system.name}: ${faultsLine(found.faults)}`)
      rows.push(rowOf(system, found))
      if (system.dialect === 'parley') judge(bench, found, count)
    }
  }
  bench.say(`\n${table(head, rows)}`)
}

interface Setup {
  bench: Bench
  clients: LoadProcess
  system: RestartableSystem
  members: readonly MemberSpec[]
}

async function strike({ bench, clients, system, members }: Setup): Promise<Found> {
  const { dialect } = system
  await clients.ask('open', { dialect, members, returns: true, atOnce: 200 })
  await clients.ask('start', {
    run: bench.nextRun(),
    senders: sendersAmong(members),
    pace: { kind: 'rate', perSecond },
    textBytes,
    timeDeliveries: 'none',
  })
  await sleep(bench.options.warmupSeconds * 1000)
  await system.kill()
  const killed = now()
  const [port] = await Promise.all([untilPortAnswers(system.address), system.run()])
  await untilAllLive(clients, members.length)
  const serverSeconds = cpuMsOf(system.pids) / 1000
  const back = (await clients.ask('liveSince', undefined)).map((at) => at !== null && at - port)
  await sleep(bench.options.warmupSeconds * 1000)
  const { totals, unanswered } = await clients.ask('stop', { patienceMs })
  const faults = await clients.ask('verify', { totals, patienceMs })
  await clients.ask('close', undefined)
  const backMs = back.filter((ms) => ms !== false).toSorted((a, b) => a - b)
  const never = members.length - backMs.length
  return { downMs: port - killed, backMs, never, unanswered, serverSeconds, faults }
}

function sendersAmong(members: readonly MemberSpec[]) {
  const every = Math.max(1, Math.floor(members.length / senders))
  return Array.from({ length: senders }, (_, sender) => {
    const member = (sender * every) % members.length
    return { sender, member, room: members[member]?.rooms[sender % roomsEach] ?? '' }
  })
}

async function untilPortAnswers(address: Address): Promise<number> {
  while (!(await accepts(address))) await sleep(5)
  return now()
}

async function untilAllLive(clients: LoadProcess, count: number): Promise<void> {
  const giveUp = now() + patienceMs
  for (let live = 0; live < count && now() < giveUp; await sleep(100)) {
    live = (await clients.ask('count', { restart: false })).live
  }
}

/** Milliseconds since 1970: two processes are compared. */
function now(): number {
  return performance.timeOrigin + performance.now()
}

const head = [
  '',
  'port back ms',
  'live p50 ms',
  'p95',
  'last',
  'server CPU s',
  'never',
  'unanswered',
  'lost',
  'doubled',
]

function rowOf({ name }: RestartableSystem, found: Found): string[] {
  const { downMs, backMs, never, unanswered, serverSeconds, faults } = found
  const times = [downMs, share(backMs, 0.5), share(backMs, 0.95), share(backMs, 1)]
  const counts = [never, unanswered, faults.lost, faults.doubled]
  return [name, ...times.map(figure), figure(serverSeconds), ...counts.map(String)]
}

/** As if those who never came back had taken for ever. */
function judge(bench: Bench, { backMs, never, unanswered, faults }: Found, count: number): void {
  bench.blame({ ...faults, lost: faults.lost + unanswered + never })
  const all = [...backMs, ...Array.from({ length: never }, () => Infinity)]
  bench.bar(`95 % of ${count} clients live again`, { found: share(all, 0.95), atMost: 2000 }, 'ms')
  bench.bar('all of them', { found: share(all, 1), atMost: 5000 }, 'ms')
}

/** What this share of them, in order, did not pass. */
function share(ascending: readonly number[], part: number): number {
  return ascending[Math.max(0, Math.ceil(ascending.length * part) - 1)] ?? Number.NaN
}
