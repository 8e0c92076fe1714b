import { decodeCursor } from '../contract/cursor.ts'
import { AppError } from '../contract/error-codes.ts'
import { pageOf } from '../contract/page.ts'
import type { PageRequest } from '../contract/page.ts'
import { defaultLimit } from '../contract/schema.ts'
import { timestamp } from '../infra/clock.ts'
import type { Clock } from '../infra/clock.ts'
import type { Database, Transaction } from '../infra/db.ts'
import { deleteBlock, insertBlock, listBlockedIds, listBlocks } from './block-queries.ts'
import { blocksUpdated, maxBlocks } from './schema.ts'
import type { UserEvents } from './user-events.ts'
import { findPublicUser, lockUser } from './user-queries.ts'

interface BlockServiceDeps {
  db: Database
  clock: Clock
  events: UserEvents
  /** Called once a block is stored or gone: what passes between the two ends or begins again. */
  changed: (userId: string, blockedId: string) => void
}

/** Whom a person wants nothing to do with; the blocked one never learns (E4). */
export class BlockService {
  readonly #deps: BlockServiceDeps

  constructor(deps: BlockServiceDeps) {
    this.#deps = deps
  }

  /** By username. */
  async list(userId: string, { limit = defaultLimit, cursor }: PageRequest) {
    const after = cursor === undefined ? '' : String(decodeCursor(cursor, ['string'])[0])
    const rows = await listBlocks(this.#deps.db, userId, after, limit + 1)
    return pageOf(rows, limit, ({ user }) => [user.username])
  }

  /** AppError `user_not_found`, `block_limit`, and `invalid_request` for oneself. */
  async block(userId: string, blockedId: string): Promise<void> {
    const { db, clock } = this.#deps
    await db.transaction(async (tx) => {
      await lockUser(tx, userId) // one change of the list at a time: each event holds it whole
      const blocked = await findPublicUser(tx, blockedId)
      if (!blocked) throw new AppError('user_not_found')
      if (blocked.id === userId) {
        throw new AppError('invalid_request', { reason: 'you cannot block yourself' })
      }
      if (!(await insertBlock(tx, userId, blockedId, timestamp(clock)))) return
      await this.#tell(tx, userId, blockedId)
    })
  }

  async unblock(userId: string, blockedId: string): Promise<void> {
    await this.#deps.db.transaction(async (tx) => {
      await lockUser(tx, userId)
      if (await deleteBlock(tx, userId, blockedId)) await this.#tell(tx, userId, blockedId)
    })
  }

  async #tell(tx: Transaction, userId: string, blockedId: string): Promise<void> {
    const blocks = await listBlockedIds(tx, userId)
    if (blocks.length > maxBlocks) throw new AppError('block_limit')
    await this.#deps.events.announce(tx, userId, blocksUpdated, { blocks })
    tx.afterCommit(() => this.#deps.changed(userId, blockedId))
  }
}
