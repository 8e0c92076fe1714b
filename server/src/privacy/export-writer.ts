import type { Clock } from '../infra/clock.ts'
import { timestamp } from '../infra/clock.ts'
import type { Database, DbHandle } from '../infra/db.ts'
import type { Avatars } from '../user/avatars.ts'
import { exportArchive } from './export-archive.ts'
import type { ExportedFile } from './export-archive.ts'
import { exportDocument } from './export-document.ts'
import type { ExportFiles } from './export-files.ts'
import { claimExport, releaseExport, updateFailed, updateReady } from './export-queries.ts'
import type { ExportRow } from './export-queries.ts'

/** After it another node takes up what this one began, in milliseconds. */
const claim = 300_000
/** Then it is given up: five times it ended badly, or took a node along. */
const mostAttempts = 5

interface ExportWriterDeps {
  db: Database
  clock: Clock
  files: ExportFiles
  avatars: Pick<Avatars, 'own'>
  /** How long a finished file is kept, in milliseconds. */
  kept: number
}

/** Writes the exports that wait, one after the other. What waits is in the database: a restart
 *  loses nothing but the time. */
export class ExportWriter {
  readonly #deps: ExportWriterDeps

  constructor(deps: ExportWriterDeps) {
    this.#deps = deps
  }

  async run(signal: AbortSignal): Promise<void> {
    const { db, clock } = this.#deps
    while (!signal.aborted) {
      const until = new Date(clock.now() + claim).toISOString()
      const found = await claimExport(db, { at: timestamp(clock), until })
      if (!found) return
      await this.#write(found, signal)
    }
  }

  async #write({ id, userId, attempts }: ExportRow, signal: AbortSignal): Promise<void> {
    const { db, clock, files, kept } = this.#deps
    if (attempts > mostAttempts) return updateFailed(db, id)
    try {
      const at = clock.now()
      const bytes = await db.snapshot(async (view) => {
        const document = exportDocument(view, userId, new Date(at).toISOString())
        const archive = exportArchive({ document, files: await this.#filesOf(view, userId), at })
        return files.write(id, archive, signal)
      })
      const expiresAt = new Date(clock.now() + kept).toISOString()
      const isHers = await updateReady(db, { id, at: timestamp(clock), expiresAt, bytes })
      if (!isHers) await files.remove(id)
    } catch (error) {
      await releaseExport(db, id).catch(() => undefined) // the claim runs out by itself
      throw error
    }
  }

  async #filesOf(view: DbHandle, userId: string): Promise<ExportedFile[]> {
    const picture = await this.#deps.avatars.own(view, userId)
    return picture ? [{ name: 'picture.webp', content: picture }] : []
  }
}
