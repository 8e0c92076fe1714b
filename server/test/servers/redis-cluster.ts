/** A Redis Cluster of three masters for the tests. */
import { Redis } from 'ioredis'
import { vi } from 'vitest'
import { freePort, startRedisServer } from './redis.ts'
import type { RedisServer } from './redis.ts'

export interface RedisCluster {
  /** For REDIS_URL. */
  readonly url: string
  readonly nodes: readonly RedisServer[]
  /** Adds a node that follows this one, and takes its place where it dies. */
  addReplicaOf(at: number): Promise<void>
  /** Gives these slots, which must hold no key, from one node to another. */
  moveSlots(slots: readonly number[], from: number, to: number): Promise<void>
  stop(): Promise<void>
}

const size = 3
const slotCount = 16_384
// A test must not wait 15 s until a node is declared dead, nor for a whole cluster because of one.
const settings = ['--cluster-enabled', 'yes', '--cluster-node-timeout', '2000']

/** Null where no Redis is installed. */
export async function startRedisCluster(): Promise<RedisCluster | null> {
  const nodes: Node[] = []
  const stop = async () => {
    await Promise.all(nodes.map((node) => node.stop()))
  }
  try {
    for (let at = 0; at < size; at++) {
      const node = await startNode()
      if (node === null) return null
      nodes.push(node)
    }
    await join(nodes)
    const hosts = nodes.map(({ url }) => new URL(url).host).join(',')
    const addReplicaOf = async (at: number) => {
      const [replica, master] = [await startNode(), nodes[at]]
      if (!replica || !master) throw new Error('the cluster has no such node')
      nodes.push(replica)
      await follow(replica, master)
    }
    const url = `redis+cluster://${hosts}`
    return { url, nodes, stop, addReplicaOf, moveSlots: moving(nodes) }
  } catch (error) {
    await stop()
    throw error
  }
}

interface Node extends RedisServer {
  /** Where the nodes talk to each other. */
  busPort: number
}

async function startNode(): Promise<Node | null> {
  const busPort = await freePort()
  const server = await startRedisServer([...settings, '--cluster-port', String(busPort)])
  return server && Object.assign(server, { busPort })
}

async function join(nodes: readonly Node[]): Promise<void> {
  const share = Math.ceil(slotCount / size)
  for (const [at, node] of nodes.entries()) {
    const last = Math.min(slotCount, (at + 1) * share) - 1
    await ask(node, 'ADDSLOTSRANGE', at * share, last)
  }
  const [first] = nodes
  for (const node of nodes.slice(1)) {
    const { port } = new URL(node.url)
    if (first) await ask(first, 'MEET', '127.0.0.1', port, node.busPort)
  }
  for (const node of nodes) {
    await vi.waitFor(
      async () => {
        const info = String(await ask(node, 'INFO'))
        if (!info.includes('cluster_state:ok') || !info.includes(`cluster_size:${size}`)) {
          throw new Error(`a node of the cluster is not ready: ${info}`)
        }
      },
      { timeout: 20_000, interval: 50 },
    )
  }
}

/** Resolves once it could take the place of its master. */
async function follow(replica: Node, master: Node): Promise<void> {
  await ask(replica, 'MEET', '127.0.0.1', new URL(master.url).port, master.busPort)
  const id = String(await ask(master, 'MYID'))
  const eventually = { timeout: 20_000, interval: 50 }
  await vi.waitFor(() => ask(replica, 'REPLICATE', id), eventually)
  await vi.waitFor(async () => {
    const link = await asking(replica, (redis) => redis.info('replication'))
    if (!link.includes('master_link_status:up')) throw new Error('it does not follow yet')
  }, eventually)
}

function moving(nodes: readonly RedisServer[]) {
  return async (slots: readonly number[], from: number, to: number): Promise<void> => {
    const [source, target] = [nodes[from], nodes[to]]
    if (!source || !target) throw new Error('the cluster has no such node')
    const [fromId, toId] = [await ask(source, 'MYID'), await ask(target, 'MYID')].map(String)
    const set = (node: RedisServer, ...words: string[]) =>
      asking(node, (redis) =>
        Promise.all(slots.map((slot) => redis.call('CLUSTER', 'SETSLOT', slot, ...words))),
      )
    await set(target, 'IMPORTING', fromId ?? '')
    await set(source, 'MIGRATING', toId ?? '')
    // The new owner first, so that no answer sends anyone in a circle.
    for (const node of new Set([target, source, ...nodes])) await set(node, 'NODE', toId ?? '')
  }
}

function ask(node: RedisServer, ...words: (string | number)[]): Promise<unknown> {
  return asking(node, (redis) => redis.call('CLUSTER', ...words))
}

async function asking<T>({ url }: RedisServer, work: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(url)
  redis.on('error', () => {}) // the question rejects
  try {
    return await work(redis)
  } finally {
    redis.disconnect()
  }
}
