/** Starts the servers that all tests of a run share, and stops those it started. */
import type { TestProject } from 'vitest/node'
import { findInstalledPostgres, startPostgresServer } from './servers/postgres.ts'
import { installRedis } from './servers/redis-install.ts'
import { findRedisProgram, startRedisServer } from './servers/redis.ts'

interface Server {
  url: string
  stop(): Promise<void>
}

export async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const servers: Server[] = []
  const teardown = async () => {
    await Promise.all(servers.map((server) => server.stop()))
  }
  try {
    const postgres = given('TEST_DATABASE_URL') ?? (await startPostgresServer())
    servers.push(postgres)
    const redis = given('REDIS_URL') ?? (await redisServer())
    if (redis !== null) servers.push(redis)
    provide('databaseUrl', postgres.url)
    provide('redisUrl', redis?.url ?? null)
    provide('postgres15', await installedPostgres())
    return teardown
  } catch (error) {
    await teardown()
    throw error
  }
}

function given(name: string): Server | null {
  const url = process.env[name]
  return url ? { url, stop: async () => {} } : null
}

async function redisServer(): Promise<Server | null> {
  if ((await findRedisProgram()) === null) await installRedis()
  const server = await startRedisServer()
  if (server === null) {
    console.warn(
      '\n*** Tests: NO REDIS, its tests are SKIPPED. Run `apt-get install redis-server`, or set REDIS_URL. ***\n',
    )
  }
  return server
}

async function installedPostgres(): Promise<string | null> {
  const binDir = await findInstalledPostgres()
  if (binDir === null) {
    console.warn(
      '\n*** Tests: NO PostgreSQL 15 to 17 in /usr/lib/postgresql, its tests are SKIPPED. ' +
        'Run `apt-get install postgresql`. ***\n',
    )
  }
  return binDir
}
