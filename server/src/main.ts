/** The process: opens the database, builds the app, starts it, and stops everything in reverse on a signal. */
import cluster from 'node:cluster'
import type { Logger } from 'pino'
import { createApp } from './app.ts'
import type { AppConfig, Overrides } from './app.ts'
import { connectionsOf } from './config.ts'
import type { Config } from './config.ts'
import { startEmbeddedPostgres } from './infra/db-embedded.ts'
import { createLogger } from './infra/logger.ts'
import type { Metrics } from './infra/metrics.ts'
import { checkMigrations, migrateUp } from './infra/migrate.ts'
import { stopOnOrder, stopOnSignal } from './stop-on-signal.ts'
import { Parent } from './workers/parent.ts'
import { WorkerPool } from './workers/pool.ts'

type Stops = (() => Promise<void>)[]

/** Serve until a signal ends the process. Rejects with one readable sentence where it cannot start. */
export async function serve(config: Config, overrides: Overrides = {}): Promise<void> {
  if (cluster.isWorker) return serveAsWorker(config, overrides)
  const logger = createLogger({ level: config.logLevel, format: config.logFormat })
  const stops: Stops = []
  stopOnSignal(logger, () => stopAll(stops))
  try {
    const databaseUrl = config.databaseUrl ?? (await startDatabase(config, logger, stops))
    await bringUpToDate(config, logger, databaseUrl)
    const url =
      config.workers > 1
        ? await startWorkers({ ...config, databaseUrl }, logger, stops)
        : await startApp({ ...config, databaseUrl }, { logger, ...overrides }, stops)
    announce(config, logger, url)
  } catch (error) {
    await stopAll(stops).catch((err: unknown) => logger.warn({ err }, 'unable to stop cleanly'))
    throw error
  }
}

/** In reverse order, the others also where one fails: the database must be stopped. Rejects with the first failure. */
async function stopAll(stops: Stops): Promise<void> {
  const failures: unknown[] = []
  for (let stop = stops.pop(); stop !== undefined; stop = stops.pop()) {
    await stop().catch((error: unknown) => failures.push(error))
  }
  if (failures.length > 0) throw failures[0]
}

/** One of several processes: it does what its parent orders, which tells people why it could not start. */
async function serveAsWorker(config: Config, overrides: Overrides): Promise<void> {
  const logger = createLogger({ level: config.logLevel, format: config.logFormat })
  const parent = new Parent()
  const stops: Stops = []
  stopOnOrder(
    logger,
    () => stopAll(stops),
    (drain) => parent.whenDraining(drain),
  )
  try {
    const ordered = { ...config, ...(await parent.order()) }
    const metricsPage = (own: Metrics) => parent.metricsPage(own)
    parent.listening(await startApp(ordered, { logger, metricsPage, ...overrides }, stops))
  } catch (error) {
    await stopAll(stops).catch((err: unknown) => logger.warn({ err }, 'unable to stop cleanly'))
    await parent.failed(error instanceof Error ? error.message : String(error))
    process.exit(1)
  }
}

async function startApp(config: AppConfig, overrides: Overrides, stops: Stops): Promise<string> {
  const app = await createApp(config, overrides)
  stops.push(() => app.close())
  process.on('unhandledRejection', () => app.metrics.unhandledRejections.inc())
  return (await listening(app.listen(), config)).url
}

async function startWorkers(config: AppConfig, logger: Logger, stops: Stops): Promise<string> {
  const { workers: size, databaseUrl } = config
  const pool = new WorkerPool({ size, databaseUrl, logger })
  stops.push(() => pool.stop())
  return pool.start()
}

/** Of the embedded database: for commands beside the server, backups, and PostgreSQL's own. */
const spareConnections = 20

async function startDatabase(config: Config, logger: Logger, stops: Stops): Promise<string> {
  const wanted = connectionsOf(config) + spareConnections
  const embedded = await startEmbeddedPostgres({
    dataDir: config.dataDir,
    settings: wanted > 100 ? { max_connections: String(wanted) } : {},
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

async function listening<T>(listen: Promise<T>, { host, metricsPort }: AppConfig): Promise<T> {
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
  if (config.workers > 1) logger.info(`${config.workers} processes share the port`)
  if (config.redisUrl !== undefined && config.s3 === undefined) {
    logger.warn(
      `pictures are kept in ${config.dataDir}/files: with nodes on several machines they must all ` +
        'share that folder; else set S3_ENDPOINT',
    )
  }
}
