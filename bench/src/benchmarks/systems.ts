import { SocketIo } from '../peers/socketio.ts'
import { Ejabberd, findEjabberd } from '../peers/ejabberd.ts'
import type { Bench } from '../rig/bench.ts'
import { LoadProcess } from '../rig/load-process.ts'
import { Parley } from '../rig/parley.ts'
import { ParleyNode } from '../rig/parley-node.ts'
import type { EmbeddedPostgres } from '../rig/postgres.ts'
import type { RestartableSystem, System } from '../rig/system.ts'

interface Systems {
  postgres: EmbeddedPostgres
  /** Parley first, then its peers on the same PostgreSQL. */
  systems: readonly [Parley, ...RestartableSystem[]]
  clients: LoadProcess
}

/** One node of Parley, its peers unless they are not wanted, and a process for the clients. */
export async function startSystems({ options, children, profileFolder }: Bench): Promise<Systems> {
  const node = await ParleyNode.start(children, { profileInto: profileFolder })
  const postgres = node.database
  const peers = options.peers ? [await SocketIo.start({ children, postgres })] : []
  return { postgres, systems: [new Parley([node]), ...peers], clients: new LoadProcess(children) }
}

/** ejabberd beside them, where it is installed. */
export async function startEjabberd(bench: Bench, postgres: EmbeddedPostgres): Promise<System[]> {
  const { options, children } = bench
  if (!options.peers) return []
  const version = findEjabberd()
  if (version === undefined) {
    bench.say('*** ejabberd IS NOT MEASURED: apt-get install ejabberd erlang-p1-pgsql ***')
    return []
  }
  try {
    const peer = await Ejabberd.start({ children, postgres })
    bench.say(`ejabberd   ${version}, MUC and MAM on the same PostgreSQL`)
    return [peer]
  } catch (error) {
    bench.say(`*** ejabberd IS NOT MEASURED: ${error instanceof Error ? error.message : ''} ***`)
    return []
  }
}

/** Two nodes of Parley on the first one's database, joined by this Redis. */
export async function startPair(
  { children, profileFolder: profileInto }: Bench,
  redisUrl: string,
): Promise<[ParleyNode, ParleyNode]> {
  const first = await ParleyNode.start(children, { profileInto, env: { REDIS_URL: redisUrl } })
  const env = { REDIS_URL: redisUrl, DATABASE_URL: first.database.urlOf('parley') }
  return [first, await ParleyNode.start(children, { profileInto, env })]
}
