import { randomBytes } from 'node:crypto'
import type { Readable } from 'node:stream'
import { uuidv7 } from 'uuidv7'
import { AppError, Unauthenticated } from '../contract/error-codes.ts'
import { uuid } from '../contract/uuid.ts'
import type { Clock } from '../infra/clock.ts'
import { timestamp } from '../infra/clock.ts'
import type { Database, Transaction } from '../infra/db.ts'
import { Job } from '../infra/job.ts'
import type { AccountEnd } from '../user/account-end.ts'
import type { UserAccounts } from '../user/accounts.ts'
import type { AuditLog } from '../user/audit-log.ts'
import type { Avatars } from '../user/avatars.ts'
import { downloadLink, isSigned } from './download-link.ts'
import { ExportFiles } from './export-files.ts'
import {
  deleteExpiredExports,
  deleteExportOf,
  findExportOf,
  findReadyExport,
  insertExport,
  listExisting,
} from './export-queries.ts'
import type { ExportRow } from './export-queries.ts'
import { ExportWriter } from './export-writer.ts'
import type { DataExport } from './schema.ts'

const hour = 3_600_000
/** How long an export is kept, in milliseconds; one a person in that time. */
const kept = 24 * hour
/** How long a link is good, in seconds. */
const linkLife = 900

interface DataExportsDeps {
  db: Database
  clock: Clock
  accounts: UserAccounts
  audit: AuditLog
  avatars: Pick<Avatars, 'own'>
  /** Where the files are; shared by all nodes that serve them. */
  folder: string
  /** Where work in the background failed. */
  onError: (error: unknown) => void
}

/** What a person may take along: asked for, written in the background, fetched by a signed link
 *  that runs out, removed after a day or with the account. */
export class DataExports implements AccountEnd {
  readonly #deps: DataExportsDeps
  readonly #files: ExportFiles
  readonly #writing: Job
  readonly #purging: Job

  constructor(deps: DataExportsDeps) {
    this.#deps = deps
    const { onError } = deps
    this.#files = new ExportFiles(deps)
    const writer = new ExportWriter({ ...deps, files: this.#files, kept })
    this.#writing = new Job({ everyMs: 5000, run: (signal) => writer.run(signal), onError })
    this.#purging = new Job({ everyMs: hour, run: () => this.purge(), onError })
  }

  start(): void {
    this.#writing.start()
    this.#purging.start()
  }

  async close(): Promise<void> {
    await Promise.all([this.#writing.close(), this.#purging.close()])
  }

  /** A new one, or the one she has. */
  async request(userId: string): Promise<DataExport> {
    const { db, clock, accounts, audit } = this.#deps
    const row = await db.transaction(async (tx) => {
      if (!(await accounts.lock(tx, userId))) throw new Unauthenticated('ended')
      const at = timestamp(clock)
      const present = await findExportOf(tx, userId, at)
      if (present && present.state !== 'failed') return present
      await this.#delete(tx, userId)
      const expiresAt = new Date(clock.now() + kept).toISOString()
      await insertExport(tx, { id: uuidv7(), userId, linkKey: randomBytes(32), at, expiresAt })
      await audit.record(tx, { action: 'export.requested', actorId: userId, subjectId: userId })
      tx.afterCommit(() => this.#writing.wake())
      return findExportOf(tx, userId, at)
    })
    if (!row) throw new Error('an export was not there once it was asked for')
    return this.#shape(row)
  }

  /** Undefined where she has none. */
  async find(userId: string): Promise<DataExport | undefined> {
    const { db, clock } = this.#deps
    const row = await findExportOf(db, userId, timestamp(clock))
    return row && this.#shape(row)
  }

  /** The file, for whoever holds a link. AppError `export_not_found` where it is over or not ours. */
  async open(id: string, link: { expires: string; signature: string }): Promise<Readable> {
    const { db, clock } = this.#deps
    // The door of links checks no schema.
    const row = uuid.test(id) ? await findReadyExport(db, id, timestamp(clock)) : undefined
    if (!row || !isSigned({ id, key: row.linkKey }, link, clock.now())) throw notFound()
    const file = await this.#files.read(id)
    if (!file) throw notFound()
    return file
  }

  /** A suspended person's links end as well. */
  async accountEnded(tx: Transaction, userId: string): Promise<void> {
    await this.#delete(tx, userId)
  }

  /** Removes what has run out, and files whose export is gone. */
  async purge(): Promise<void> {
    const { db, clock } = this.#deps
    await deleteExpiredExports(db, timestamp(clock))
    const ids = await this.#files.listIds() // before the rows: one that begins now has its row first
    const existing = new Set(await listExisting(db, ids))
    for (const id of ids) if (!existing.has(id)) await this.#files.remove(id)
  }

  async #delete(tx: Transaction, userId: string): Promise<void> {
    const ids = await deleteExportOf(tx, userId)
    tx.afterCommit(() => {
      for (const id of ids) this.#files.remove(id).catch(this.#deps.onError)
    })
  }

  #shape(row: ExportRow): DataExport {
    const { id, state, requestedAt, readyAt, expiresAt, bytes, linkKey } = row
    const linkEnd = Math.floor(this.#deps.clock.now() / 1000) + linkLife
    const url = state === 'ready' ? downloadLink(id, linkKey, linkEnd) : null
    return { id, state, requestedAt, readyAt, expiresAt, bytes, url }
  }
}

function notFound(): AppError {
  return new AppError('export_not_found')
}
