/** One run: servers, people and faults for a while, then rest, then everything is read. */
import { setMaxListeners } from 'node:events'
import type { Children } from '../rig/children.ts'
import { strike } from './faults.ts'
import { History } from './history.ts'
import type { Options } from './options.ts'
import { Random } from './random.ts'
import { startServers } from './servers/start.ts'
import { gather } from './workload/crowd.ts'
import type { World } from './workload/device.ts'
import { Interner } from './workload/interner.ts'
import { comeToRest, readEverything } from './workload/rest.ts'

/** For answers that are still missing when people stop. */
const patienceMs = 60_000

export type RunOptions = Omit<Options, 'history'>

/** Starts everything, and leaves stopping it to `children`. */
export async function torture(
  options: RunOptions,
  children: Children,
  say: (line: string) => void,
): Promise<History> {
  const history = new History()
  const random = new Random(options.seed)
  const servers = await startServers(children, options)
  const urls = servers.nodes.map(({ url }) => url)
  const world: World = { history, interner: new Interner(), urls }
  const crowd = await gather(world, random, options.people)
  say(`${crowd.people.length} people in ${history.rooms.length} rooms on ${urls.length} nodes`)
  const end = new AbortController()
  setMaxListeners(0, end.signal) // everybody's pauses end with it
  const stage = { history, random: random.fork(), crowd, ...servers }
  const userIds = crowd.people.map(({ userId }) => userId)
  await Promise.all([
    ...crowd.people.map((person) => person.chat(end.signal)),
    crowd.warden.watch(end.signal, history.rooms, userIds),
    strike(stage, options.faults, options).finally(() => end.abort()),
  ])
  say('people have stopped; waiting for what has no answer yet')
  await Promise.all(crowd.people.map((person) => person.settle(patienceMs)))
  const behind = await comeToRest(world, crowd)
  if (behind > 0) say(`${behind} devices are still behind`)
  history.rested = history.now()
  history.finals.push(...(await readEverything(world, crowd)))
  await Promise.all(crowd.people.flatMap(({ devices }) => devices.map((device) => device.stop())))
  return history
}
