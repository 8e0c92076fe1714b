/** Keeps a postmaster running on one data directory, from its first start to stop(). */
import { once } from 'node:events'
import { realpath } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { findBinaries } from './db-embedded-binaries.ts'
import { ensureDatabase, prepareCluster } from './db-embedded-cluster.ts'
import { findIdentity } from './db-embedded-identity.ts'
import type { Lock } from './db-embedded-lock.ts'
import { adopt } from './db-embedded-orphan.ts'
import { removeRemains } from './db-embedded-pidfile.ts'
import { launch, shutDown } from './db-embedded-postmaster.ts'
import type { Postmaster } from './db-embedded-postmaster.ts'
import {
  connectionString,
  makeSocketFolder,
  removeSocketFolder,
  socketFolderFor,
} from './db-embedded-socket.ts'

/** A postmaster that lived this long was well: its end starts no pause before the next. */
const STEADY_MS = 10_000
const LONGEST_PAUSE_MS = 30_000

const defaults = {
  shared_buffers: '128MB',
  max_connections: '100',
  timezone: 'UTC',
  // After a restored backup it recovers first; "ready" must mean ready to write.
  hot_standby: 'off',
}

export interface EmbeddedPostgresOptions {
  /** The folder for everything of this database; made when missing. */
  dataDir: string
  log: (line: string) => void
  /** A folder with `initdb` and `postgres` (15 or later) instead of the optional package's. */
  binDir?: string
  /** PostgreSQL settings, stronger than ours and than postgresql.conf. */
  settings?: Record<string, string>
  /** Called when PostgreSQL ended by itself; it is being started again. */
  onExit?: (reason: string) => void
}

/** Where PostgreSQL's files are in `dataDir`, as the kernel names it: a postmaster is known by its folder. */
export async function pgDataIn(dataDir: string): Promise<string> {
  const pgData = join(dataDir, 'postgres')
  return realpath(pgData).catch(() => pgData)
}

/** Keeps one PostgreSQL running in a folder: takes over one that was left behind, starts another
 *  where it ends, and shuts it down on `stop`. */
export class Supervisor {
  connectionString = ''
  readonly #options: EmbeddedPostgresOptions
  readonly #dataDir: string
  readonly #lock: Lock
  readonly #stopping = new AbortController()
  #ended: Promise<void> = Promise.resolve()

  constructor(options: EmbeddedPostgresOptions, dataDir: string, lock: Lock) {
    this.#options = options
    this.#dataDir = dataDir
    this.#lock = lock
  }

  async start(): Promise<void> {
    const pgData = await pgDataIn(this.#dataDir)
    const postmaster = (await this.#adopt(pgData)) ?? (await this.#first(pgData))
    this.connectionString = connectionString(postmaster.socketFolder, 'parley')
    this.#ended = this.#keepRunning(postmaster, pgData)
  }

  async #adopt(pgData: string): Promise<Postmaster | null> {
    const orphan = await adopt(pgData, this.#options.log)
    if (orphan === null) return null
    try {
      await ensureDatabase(orphan.socketFolder)
      return orphan
    } catch (error) {
      // It was dying itself, or is too busy to be of use.
      this.#options.log(`unable to use it, so it is stopped; ${String(error)}`)
      await shutDown(orphan)
      return null
    }
  }

  async #first(pgData: string): Promise<Postmaster> {
    const postmaster = await this.#launch(pgData, socketFolderFor(pgData), true)
    try {
      await ensureDatabase(postmaster.socketFolder)
      return postmaster
    } catch (error) {
      await shutDown(postmaster)
      throw error
    }
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    await this.#ended
  }

  /** Until stop(): one postmaster after the other, and the last one is shut down. */
  async #keepRunning(first: Postmaster, pgData: string): Promise<void> {
    const { signal } = this.#stopping
    const stopped = once(signal, 'abort')
    let postmaster: Postmaster | null = first
    let startedAt = Date.now()
    for (let failures = 0; postmaster !== null; failures += 1) {
      const reason: unknown = await Promise.race([postmaster.exited, stopped])
      if (signal.aborted) {
        await shutDown(postmaster)
        if (postmaster.socketFolder !== pgData) await removeSocketFolder(postmaster.socketFolder)
        break
      }
      if (Date.now() - startedAt > STEADY_MS) failures = 0
      this.#options.log(`PostgreSQL ended by itself (${String(reason)}); starting it again`)
      this.#options.onExit?.(String(reason))
      postmaster = await this.#relaunch(pgData, postmaster.socketFolder, failures)
      startedAt = Date.now()
    }
    await this.#lock.release()
  }

  /** Tries until it succeeds or stop() is called: the database must come back without a person. */
  async #relaunch(
    pgData: string,
    socketFolder: string,
    failures: number,
  ): Promise<Postmaster | null> {
    const { signal } = this.#stopping
    for (let tries = failures; !signal.aborted; tries += 1) {
      const pause = tries === 0 ? 0 : Math.min(1000 * 2 ** (tries - 1), LONGEST_PAUSE_MS)
      await sleep(pause, undefined, { signal }).catch(() => {})
      if (signal.aborted) break
      try {
        return await this.#launch(pgData, socketFolder, false)
      } catch (error) {
        this.#options.log(error instanceof Error ? error.message : String(error))
      }
    }
    return null
  }

  /** Everything is looked up anew for each launch: a person may have repaired what stood in the way of the last. */
  async #launch(pgData: string, socketFolder: string, mayCreate: boolean): Promise<Postmaster> {
    const { log, binDir, settings } = this.#options
    const dataDir = this.#dataDir
    await removeRemains(pgData, socketFolder)
    const binaries = await findBinaries(binDir, dataDir)
    const folders = [dirname(pgData), dirname(socketFolder)]
    const { identity, major } = await findIdentity({ ...binaries, folders, dataDir })
    const sync = settings?.['fsync'] !== 'off'
    await prepareCluster({ pgData, binaries, identity, major, mayCreate, sync, log })
    if (socketFolder !== pgData) await makeSocketFolder(socketFolder, identity.owner)
    return launch({
      pgData,
      logFile: join(dataDir, 'postgres.log'),
      socketFolder,
      binaries,
      identity,
      settings: { ...defaults, ...settings, ...closedToTheNetwork(socketFolder) },
      log,
      signal: this.#stopping.signal,
    })
  }
}

function closedToTheNetwork(socketFolder: string): Record<string, string> {
  return {
    listen_addresses: '',
    port: '5432',
    unix_socket_directories: socketFolder,
    unix_socket_permissions: '0700',
  }
}
