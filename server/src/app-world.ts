import { join } from 'node:path'
import type { FastifyBaseLogger } from 'fastify'
import type { Config } from './config.ts'
import { AttemptCounts } from './infra/attempt-counts.ts'
import type { BlobStore } from './infra/blobs.ts'
import { FolderBlobStore } from './infra/blobs-folder.ts'
import { S3BlobStore } from './infra/blobs-s3.ts'
import type { Bus } from './infra/bus.ts'
import { BusLag } from './infra/bus-lag.ts'
import { MemoryBus } from './infra/bus-memory.ts'
import { systemClock } from './infra/clock.ts'
import type { Clock } from './infra/clock.ts'
import { Database } from './infra/db.ts'
import { PipelinedConnection } from './infra/db-pipeline.ts'
import { MemoryEphemeralStore } from './infra/ephemeral-memory.ts'
import { createLogger } from './infra/logger.ts'
import type { Mailer } from './infra/mail.ts'
import { FolderMailer } from './infra/mail-folder.ts'
import { MailQueue } from './infra/mail-queue.ts'
import { SmtpMailer } from './infra/mail-smtp.ts'
import { Metrics } from './infra/metrics.ts'
import { RateLimits } from './infra/rate-limits.ts'

export type WorldConfig = Omit<Config, 'databaseUrl'> & { databaseUrl: string }

/** What may stand for a part of the world. */
export interface WorldOverrides {
  clock?: Clock
  logger?: FastifyBaseLogger
  bus?: Bus
  mailer?: Mailer
}

export type World = Awaited<ReturnType<typeof openWorld>>

/** What the services stand on: each a connection to the world outside, or what stands for it. */
export async function openWorld(config: WorldConfig, overrides: WorldOverrides) {
  const clock = overrides.clock ?? systemClock
  const logger =
    overrides.logger ?? createLogger({ level: config.logLevel, format: config.logFormat })
  const warning = (sentence: string) => (err: unknown) => logger.warn({ err }, sentence)
  const warn = warning('something failed in the background')
  const lostDatabase = warning('lost a connection to PostgreSQL; it is opened again')

  const metrics = new Metrics()
  const db = new Database({
    url: config.databaseUrl,
    size: config.databasePool,
    onError: lostDatabase,
  })
  await db.readEpoch().catch(async (error: unknown) => {
    await db.close() // nothing else is open yet; without this the caller's process would not end
    throw error
  })
  const pipeline = new PipelinedConnection({
    url: config.databaseUrl,
    onError: lostDatabase,
    identify: (client) => db.identify(client),
  })
  const lostRedis = warning('unable to reach Redis; what it carries between nodes comes late')
  const redis =
    config.redisUrl === undefined ? undefined : await overRedis(config.redisUrl, clock, lostRedis)
  const bus = overrides.bus ?? redis?.bus ?? new MemoryBus()
  const leases = redis?.leases ?? new MemoryEphemeralStore(clock)
  const limits = new RateLimits(config.limitScale, redis?.limiter)
  const attempts = redis && new AttemptCounts(redis.limiter)
  const busLag = new BusLag({ bus })
  const mailer = overrides.mailer ?? mailerOf(config, clock, logger)
  const mail = new MailQueue({
    mailer,
    onError: warning('a mail was not sent'),
  })
  const stores = { db, pipeline, leases, blobs: blobsOf(config) }
  return { clock, logger, warn, metrics, redis, bus, busLag, limits, attempts, mail, ...stores }
}

/** What joins nodes; loaded here, since most installations are a single one. */
async function overRedis(url: string, clock: Clock, onError: (error: unknown) => void) {
  const [{ connectRedis }, { RedisBus }, { RedisEphemeralStore }] = await Promise.all([
    import('./infra/redis.ts'),
    import('./infra/bus-redis.ts'),
    import('./infra/ephemeral-redis.ts'),
  ])
  const { limiter, ...connections } = connectRedis(url, onError)
  return {
    limiter,
    bus: new RedisBus({ ...connections, onError }),
    leases: new RedisEphemeralStore(connections.publisher, clock),
  }
}

function blobsOf({ s3, dataDir }: WorldConfig): BlobStore {
  return s3 ? new S3BlobStore(s3) : new FolderBlobStore({ folder: join(dataDir, 'files') })
}

function mailerOf(config: WorldConfig, clock: Clock, logger: FastifyBaseLogger): Mailer {
  const from = config.mailFrom ?? `Parley <no-reply@${new URL(linkBase(config)).hostname}>`
  if (config.smtpUrl !== undefined) return new SmtpMailer({ url: config.smtpUrl, from })
  const folder = join(config.dataDir, 'mail')
  return new FolderMailer({ clock, folder, from, log: (line) => logger.info(line) })
}

/** Where links in mails lead. Never what a request calls this host: whoever asks for someone else's
 *  new password chooses that. */
export function linkBase({ publicUrl, port }: WorldConfig): string {
  return publicUrl ?? `http://localhost:${port}`
}
