/**
 * The database Parley brings along: a real PostgreSQL in `<dataDir>/postgres`, reached by a unix socket, started with
 * Parley, started again when it dies, stopped last.
 */
import { mkdir, realpath } from 'node:fs/promises'
import { join } from 'node:path'
import { asEmbeddedError, inUse } from './db-embedded-error.ts'
import { acquireLock } from './db-embedded-lock.ts'
import { findPostmaster } from './db-embedded-pidfile.ts'
import { connectionString } from './db-embedded-socket.ts'
import { Supervisor, pgDataIn } from './db-embedded-supervisor.ts'
import type { EmbeddedPostgresOptions } from './db-embedded-supervisor.ts'

export interface EmbeddedPostgres {
  /** For the database `parley`; stays the same when PostgreSQL is started again. */
  connectionString: string
  /** Fast shutdown; resolves when PostgreSQL ended and the data directory is free for another. */
  stop(): Promise<void>
}

/** Start it, or adopt the one a killed Parley left running. Throws an EmbeddedPostgresError, one readable sentence. */
export async function startEmbeddedPostgres(
  options: EmbeddedPostgresOptions,
): Promise<EmbeddedPostgres> {
  try {
    await mkdir(options.dataDir, { recursive: true })
    const dataDir = await realpath(options.dataDir)
    const lock = await acquireLock(join(dataDir, 'postgres.lock'))
    if (lock === null) throw inUse(dataDir)
    try {
      const supervisor = new Supervisor(options, dataDir, lock)
      await supervisor.start()
      return supervisor
    } catch (error) {
      await lock.release()
      throw error
    }
  } catch (error) {
    throw asEmbeddedError(error)
  }
}

/**
 * The connection string of the database that a running Parley keeps in `dataDir`, for commands that work beside it; null
 * when none runs there.
 */
export async function findEmbeddedPostgres(dataDir: string): Promise<string | null> {
  const running = await findPostmaster(await pgDataIn(dataDir))
  return running?.status === 'ready' ? connectionString(running.socketFolder, 'parley') : null
}
