import { parleyDialect } from '../load/dialect-parley.ts'
import { Latencies } from '../load/latencies.ts'
import { Line } from '../load/line.ts'
import type { Address } from '../load/line.ts'
import { figure, table } from '../report/table.ts'
import type { Bench } from '../rig/bench.ts'
import { machineLines } from '../rig/machine.ts'
import { People } from '../rig/people.ts'
import type { Person } from '../rig/people.ts'
import { hasRedis, Redis } from '../torture/servers/redis.ts'
import { startPair } from './systems.ts'

const sessionEnded = 'closed 4502'
/** Longer than P6 allows while Redis is there. */
const patienceMs = 5000

/** A log-out at one node, then the socket of that session at the other: how long from the request
 *  until it is closed with 4502. A socket that stays, or closes otherwise, fails the benchmark. */
export async function revocation(bench: Bench): Promise<void> {
  if (!hasRedis()) throw new Error('NOTHING WAS MEASURED: this needs redis-server')
  const tries = bench.options.quick ? 10 : 100
  const redis = await Redis.start(bench.children)
  const [near, far] = await startPair(bench, redis.url)
  for (const line of await machineLines(near.database)) bench.say(line)
  const people = new People(near.url)
  const times = new Latencies()
  let longest = 0
  for (const person of await people.some(tries)) {
    const socket = await openSocket(far.address, person)
    const asked = performance.now()
    await people.call('POST', '/v1/auth/logout', undefined, person)
    const { at, reason } = await socket.closed
    if (!reason.startsWith(sessionEnded)) throw new Error(`a socket was not closed 4502: ${reason}`)
    times.add(at - asked)
    longest = Math.max(longest, at - asked)
  }
  const figures = [times.percentile(0.5), times.percentile(0.99), longest].map(figure)
  bench.say(`\n${table(head, [['to the other node', ...figures, String(tries)]])}`)
  bench.bar('revocation across nodes, p99', { found: times.percentile(0.99), atMost: 1000 }, 'ms')
}

const head = ['log-out to 4502', 'p50 ms', 'p99', 'longest', 'tries']

interface Closed {
  at: number
  reason: string
}

/** Resolves once the socket is live, with its end. Error where either takes longer than it may. */
async function openSocket(
  address: Address,
  { token }: Person,
): Promise<{ closed: Promise<Closed> }> {
  let line: Line | undefined
  let close: (closed: Closed) => void
  const closed = new Promise<Closed>((resolve) => (close = resolve))
  const live = new Promise<void>((resolve) => {
    line = new Line({
      address,
      token,
      rooms: [],
      dialect: parleyDialect,
      onFrame: () => undefined,
      onHeads: () => undefined,
      onReset: () => undefined,
      onLive: resolve,
      onClose: (reason) => close({ at: performance.now(), reason }),
    })
  })
  await within(live, () => line?.close())
  return { closed: within(closed, () => line?.close()) }
}

async function within<T>(work: Promise<T>, giveUp: () => void): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`nothing happened to a socket in ${patienceMs} ms`))
      giveUp()
    }, patienceMs)
  })
  return Promise.race([work, late]).finally(() => clearTimeout(timer))
}
