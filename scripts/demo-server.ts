/** A whole server for the demo: its own PostgreSQL in a temporary folder, on any free port. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createApp } from '../server/src/app.ts'
import { readConfig } from '../server/src/config.ts'
import { startEmbeddedPostgres } from '../server/src/infra/db-embedded.ts'
import { migrateUp } from '../server/src/infra/migrate.ts'

export type DemoServer = Awaited<ReturnType<typeof startServer>>

export async function startServer() {
  const dataDir = await mkdtemp(join(tmpdir(), 'parley-demo-'))
  const stops = [() => rm(dataDir, { recursive: true, force: true })]
  const stop = async (): Promise<void> => {
    for (const step of stops.splice(0).reverse()) await step()
  }
  try {
    const database = await startEmbeddedPostgres({ dataDir, log: () => {} })
    stops.push(() => database.stop())
    const databaseUrl = database.connectionString
    await migrateUp({ url: databaseUrl })
    // A whole channel talks as fast as it can here: no limit is to slow it down.
    const settings = { DATA_DIR: dataDir, PORT: '0', LOG_LEVEL: 'warn', LIMIT_SCALE: '1000' }
    const app = await createApp({ ...readConfig(settings), databaseUrl })
    stops.push(() => app.close())
    const { url } = await app.listen()
    return { url, services: app.services, stop }
  } catch (error) {
    await stop()
    throw error
  }
}
