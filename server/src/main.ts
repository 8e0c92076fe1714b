/** The process: opens the database, builds the app, starts it, and stops everything in reverse on a signal. */
import type { Logger } from 'pino'
import { createApp } from './app.ts'
import type { Overrides } from './app.ts'
import type { Config } from './config.ts'
import { startEmbeddedPostgres } from './infra/db-embedded.ts'
import { createLogger } from './infra/logger.ts'
import { checkMigrations, migrateUp } from './infra/migrate.ts'
import { stopOnSignal } from './stop-on-signal.ts'

/** Serve until a signal ends the process. Rejects with one readable sentence where it cannot start. */
export async function serve(config: Config, overrides: Overrides = {}): Promise<void> {
  const logger = createLogger({ level: config.logLevel, format: config.logFormat })
  const stops: (() => Promise<void>)[] = []
  const stopAll = async () => {
    for (let stop = stops.pop(); stop !== undefined; stop = stops.pop()) await stop()
  }
  stopOnSignal(logger, stopAll)
  try {
    const databaseUrl = config.databaseUrl ?? (await startDatabase(config, logger, stops))
    await bringUpToDate(config, logger, databaseUrl)
    const app = await createApp({ ...config, databaseUrl }, { logger, ...overrides })
    stops.push(() => app.close())
    process.on('unhandledRejection', () => app.metrics.unhandledRejections.inc())
    announce(config, logger, (await listening(app.listen(), config)).url)
  } catch (error) {
    await stopAll()
    throw error
  }
}

async function startDatabase(
  { dataDir }: Config,
  logger: Logger,
  stops: (() => Promise<void>)[],
): Promise<string> {
  const embedded = await startEmbeddedPostgres({
    dataDir,
    log: (line) => logger.info(line),
    onExit: (reason) => logger.error(`the embedded database ended (${reason})`),
  })
  stops.push(() => embedded.stop())
  return embedded.connectionString
}

async function bringUpToDate({ migrate }: Config, logger: Logger, url: string): Promise<void> {
  if (migrate === 'check') return checkMigrations({ url })
  for (const name of await migrateUp({ url })) logger.info(`applied migration ${name}`)
}

const sentences: Record<string, string> = {
  EADDRINUSE: 'the port is taken: stop what listens there, or set',
  EACCES: 'this user may not listen on so low a port: set',
}

async function listening<T>(listen: Promise<T>, { host, metricsPort }: Config): Promise<T> {
  try {
    return await listen
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause)) throw cause
    if (cause.code === 'EADDRNOTAVAIL' || cause.code === 'ENOTFOUND') {
      throw new Error(`unable to listen on ${host}; this machine has no such address: set HOST`, {
        cause,
      })
    }
    const sentence = sentences[String(cause.code)]
    if (sentence === undefined || !('port' in cause)) throw cause
    const setting = cause.port === metricsPort ? 'METRICS_PORT' : 'PORT'
    throw new Error(`unable to listen on port ${String(cause.port)}; ${sentence} ${setting}`, {
      cause,
    })
  }
}

function announce(config: Config, logger: Logger, listeningAt: string): void {
  const url = config.publicUrl ?? listeningAt
  logger.info(`the page is at ${url}/`)
  if (config.docs) logger.info(`the API documentation is at ${url}/docs`)
  logger.info(
    config.databaseUrl === undefined
      ? `the data is in ${config.dataDir}, in an embedded PostgreSQL (set DATABASE_URL for another)`
      : 'the data is in the PostgreSQL that DATABASE_URL names',
  )
  if (config.redisUrl === undefined) {
    const embedded = config.databaseUrl === undefined ? ' on embedded defaults' : ''
    logger.info(`this is one node${embedded} (set REDIS_URL to join several)`)
  }
}
