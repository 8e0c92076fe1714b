import type { BlobStore } from '../infra/blobs.ts'
import { timestamp } from '../infra/clock.ts'
import type { Clock } from '../infra/clock.ts'
import type { Database, Transaction } from '../infra/db.ts'
import { Job } from '../infra/job.ts'
import { deleteUnusedFiles, insertUnusedFiles, lockUnusedFile } from './unused-file-queries.ts'

const minute = 60_000
/** How long storing a file and naming it may take, in milliseconds. */
const patience = 60 * minute

interface UnusedFilesDeps {
  db: Database
  clock: Clock
  blobs: BlobStore
  onError: (error: unknown) => void
}

/** Sees to it that no file stays that nobody names: the store knows no transactions, so what is to
 *  be removed stands in the database until it is, also what a node that stopped in the middle of an
 *  upload left behind. */
export class UnusedFiles {
  readonly #deps: UnusedFilesDeps
  readonly #removing: Job

  constructor(deps: UnusedFilesDeps) {
    this.#deps = deps
    const { onError } = deps
    this.#removing = new Job({ everyMs: minute, run: (signal) => this.remove(signal), onError })
  }

  start(): void {
    this.#removing.start()
  }

  async close(): Promise<void> {
    await this.#removing.close()
  }

  /** Call it before they are stored: unless `use` follows, they go again. */
  async announce(keys: readonly string[]): Promise<void> {
    const { db, clock } = this.#deps
    const dueAt = new Date(clock.now() + patience).toISOString()
    await db.transaction((tx) => insertUnusedFiles(tx, keys, dueAt))
  }

  /** A row of this transaction names them. */
  async use(tx: Transaction, keys: readonly string[]): Promise<void> {
    await deleteUnusedFiles(tx, keys)
  }

  /** From this transaction on nothing names them. */
  async discard(tx: Transaction, keys: readonly string[]): Promise<void> {
    await insertUnusedFiles(tx, keys, timestamp(this.#deps.clock))
    tx.afterCommit(() => this.#removing.wake())
  }

  /** Removes what is due. Rejects where one of them could not be removed: it stays due, behind the
   *  others. */
  async remove(signal: AbortSignal): Promise<void> {
    let more = true
    while (more && !signal.aborted) {
      const { found, failure } = await this.#deps.db.transaction((tx) => this.#removeOne(tx))
      if (failure !== undefined) throw failure
      more = found
    }
  }

  async #removeOne(tx: Transaction): Promise<{ found: boolean; failure?: unknown }> {
    const { clock, blobs } = this.#deps
    const now = timestamp(clock)
    const key = await lockUnusedFile(tx, now)
    if (key === undefined) return { found: false }
    try {
      await blobs.delete(key)
    } catch (failure) {
      await insertUnusedFiles(tx, [key], now)
      return { found: true, failure }
    }
    await deleteUnusedFiles(tx, [key])
    return { found: true }
  }
}
