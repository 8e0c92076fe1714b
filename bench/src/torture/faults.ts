/** What strikes while people chat (realtime.md): each by its name, for --faults. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { History } from './history.ts'
import type { Random } from './random.ts'
import type { Servers } from './servers/start.ts'
import { strikeHostile } from './workload/hostile.ts'
import type { Crowd } from './workload/crowd.ts'

export interface Stage extends Servers {
  history: History
  random: Random
  crowd: Crowd
}

/** Does it, and undoes it; returns what exactly. */
type Fault = (stage: Stage) => Promise<string>

const faults = {
  kill: async ({ random, nodes }: Stage) => {
    const node = random.pick(nodes)
    await node.kill()
    await sleep(random.between(0, 3000))
    await node.restart()
    return node.name
  },
  terminate: async ({ random, nodes }: Stage) => {
    const node = random.pick(nodes)
    const code = await node.stop()
    await node.restart()
    return `${node.name}, exit code ${code}`
  },
  'kill-worker': async ({ random, nodes }: Stage) => {
    const node = nodes.find(({ hasWorkers }) => hasWorkers)
    if (!node) return 'no node has workers'
    const pid = node.killWorker((pids) => random.pick(pids))
    return `${node.name}, process ${pid}`
  },
  pause: async ({ random, nodes }: Stage) => {
    const node = random.pick(nodes)
    const ms = random.between(1000, 12_000)
    await node.pause(ms)
    return `${node.name} for ${ms} ms`
  },
  'restart-postgres': async ({ random, postgres }: Stage) => {
    const ms = random.between(0, 3000)
    await postgres.kill()
    await sleep(ms)
    await postgres.run()
    return `away for ${ms} ms and its recovery`
  },
  'lock-postgres': async ({ random, postgres, history }: Stage) => {
    const rooms = random.shuffled(history.rooms).slice(0, random.between(1, 4))
    const ids = rooms.map(({ id }) => id)
    const ms = random.between(500, 8000)
    await postgres.lockRooms(ids, ms)
    return `${ids.length} rooms for ${ms} ms`
  },
  'freeze-postgres': async ({ random, postgres }: Stage) => {
    const ms = random.between(300, 6000)
    await postgres.freeze(ms)
    return `${ms} ms`
  },
  'restart-redis': async ({ random, redis }: Stage) => {
    const ms = random.between(0, 4000)
    await redis.kill()
    await sleep(ms)
    await redis.run()
    return `away for ${ms} ms`
  },
  'empty-redis': async ({ redis }: Stage) => {
    await redis.empty()
    return 'FLUSHALL'
  },
  'pause-redis': async ({ random, redis }: Stage) => {
    const ms = random.between(500, 8000)
    await redis.pause(ms)
    return `${ms} ms`
  },
  'partition-redis': async ({ random, nodes, lines }: Stage) => {
    const at = random.between(0, nodes.length - 1)
    const ms = random.between(1000, 12_000)
    await lines[at]?.hold(ms)
    return `${nodes[at]?.name} for ${ms} ms`
  },
  storm: async ({ crowd }: Stage) => {
    const devices = crowd.people.flatMap(({ devices }) => devices)
    for (const device of devices) device.socket?.terminate()
    return `${devices.length} devices at once`
  },
  stall: async ({ random, crowd }: Stage) => {
    const people = random.shuffled(crowd.people).slice(0, Math.ceil(crowd.people.length / 3))
    const sockets = people.flatMap(({ devices }) => devices.flatMap(({ socket }) => socket ?? []))
    const ms = random.between(2000, 20_000)
    for (const socket of sockets) socket.stall()
    await sleep(ms)
    for (const socket of sockets) socket.read()
    return `${sockets.length} sockets for ${ms} ms`
  },
  'half-open': async ({ random, crowd }: Stage) => {
    const people = random.shuffled(crowd.people).slice(0, Math.ceil(crowd.people.length / 4))
    const devices = people.flatMap(({ devices }) => devices)
    for (const device of devices) device.abandon(random.between(5000, 90_000))
    return `${devices.length} sockets`
  },
  hostile: async ({ random, nodes, crowd }: Stage) => {
    const { token } = random.pick(random.pick(crowd.people).devices)
    await strikeHostile(random.pick(nodes).url, token, random)
    return 'frames no client sends'
  },
} satisfies Record<string, Fault>

export type FaultName = keyof typeof faults

// Object.keys forgets the names.
export const faultNames = Object.keys(faults) as readonly FaultName[]

/** Strikes with each of these in turn, in an order of the seed, until the time is up and each has
 *  struck. */
export async function strike(
  stage: Stage,
  names: readonly FaultName[],
  { seconds, pauseMs }: { seconds: number; pauseMs: readonly [number, number] },
): Promise<void> {
  const { history, random } = stage
  const end = history.now() + seconds * 1000
  let due = random.shuffled(names)
  for (let struck = 0; history.now() < end || struck < names.length; struck++) {
    const fault = due.shift()
    if (!fault) return sleep(end - history.now())
    await sleep(random.between(...pauseMs))
    const from = history.now()
    const about = await faults[fault](stage)
    history.faults.push({ fault, about, from, to: history.now() })
    if (due.length === 0) due = random.shuffled(names)
  }
}
