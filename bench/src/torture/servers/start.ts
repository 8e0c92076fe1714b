/** The servers of a run: nodes from a copy of the build, one PostgreSQL, one Redis. */
import { cp, mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Children } from '../../rig/children.ts'
import { root } from '../../rig/parley-node.ts'
import { Parley } from './parley.ts'
import { Postgres } from './postgres.ts'
import { Redis } from './redis.ts'
import { RedisLine } from './redis-line.ts'

export interface Servers {
  nodes: readonly Parley[]
  /** Of each node, to Redis. */
  lines: readonly RedisLine[]
  postgres: Postgres
  redis: Redis
}

export interface ServerOptions {
  nodes: number
  /** Of the last node; the others have none. */
  workers: number
}

/** Leaves stopping them to `children`. */
export async function startServers(
  children: Children,
  { nodes: count, workers }: ServerOptions,
): Promise<Servers> {
  const folder = await mkdtemp(join(tmpdir(), 'parley-torture-'))
  children.onStop(() => rm(folder, { recursive: true, force: true }))
  const [postgres, redis, program] = await Promise.all([
    Postgres.start(children),
    Redis.start(children),
    copyOfServer(folder),
  ])
  const lines: RedisLine[] = []
  while (lines.length < count) lines.push(await RedisLine.open(children, redis.url))
  const nodes = await Parley.startAll(
    { children, program, folder, databaseUrl: postgres.url },
    lines.map(({ url }, at) => ({ redisUrl: url, workers: at === count - 1 ? workers : 1 })),
  )
  return { nodes, lines, postgres, redis }
}

/** A build of meanwhile must not change what a node starts with. */
async function copyOfServer(folder: string): Promise<string> {
  for (const part of ['package.json', 'bin', 'dist', 'migrations', 'documentation']) {
    await cp(join(root, 'server', part), join(folder, 'server', part), { recursive: true })
  }
  await symlink(join(root, 'server/node_modules'), join(folder, 'server/node_modules'))
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'))
  return join(folder, 'server/bin/parley.js')
}
