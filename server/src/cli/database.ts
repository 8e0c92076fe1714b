/** The database the settings name, for every command. */
import type { Config } from '../config.ts'
import { findEmbeddedPostgres, startEmbeddedPostgres } from '../infra/db-embedded.ts'

/**
 * Run `work` with the connection string of the configured database. Without DATABASE_URL that is the embedded one: a
 * running Parley's where there is one in DATA_DIR, else it is started for as long as the command takes.
 */
export async function withDatabase<T>(
  { databaseUrl, dataDir }: Config,
  work: (url: string) => Promise<T>,
): Promise<T> {
  const url = databaseUrl ?? (await findEmbeddedPostgres(dataDir))
  if (url !== null) return work(url)
  const embedded = await startEmbeddedPostgres({ dataDir, log: (line) => console.error(line) })
  try {
    return await work(embedded.connectionString)
  } finally {
    await embedded.stop()
  }
}
