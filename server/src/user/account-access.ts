import { AppError } from '../contract/error-codes.ts'
import type { Database, Transaction } from '../infra/db.ts'
import { requireAdmin } from './admin-queries.ts'
import type { AuditLog } from './audit-log.ts'
import { findAdminUser, lockUser } from './user-queries.ts'

/** How people come in and what they hold, as the service above keeps it. The person's row is
 *  locked when these are called. */
export interface Entrances {
  endSessions(tx: Transaction, userId: string): Promise<unknown>
  removeTwoFactor(tx: Transaction, userId: string, actorId: string): Promise<unknown>
}

interface AccountAccessDeps {
  db: Database
  audit: AuditLog
  entrances: Entrances
}

/** What administrators do about how someone comes in. */
export class AccountAccess {
  readonly #deps: AccountAccessDeps

  constructor(deps: AccountAccessDeps) {
    this.#deps = deps
  }

  /** Every device has to sign in again. AppError `forbidden`, `user_not_found`. */
  async endSessions(callerId: string, userId: string): Promise<void> {
    const { audit, entrances } = this.#deps
    await this.#locked(callerId, userId, async (tx) => {
      await entrances.endSessions(tx, userId)
      await audit.record(tx, { action: 'user.signed_out', actorId: callerId, subjectId: userId })
    })
  }

  /** For whoever has lost her authenticator and her recovery codes. AppError `forbidden`,
   *  `user_not_found`. */
  async resetTwoFactor(callerId: string, userId: string): Promise<void> {
    await this.#locked(callerId, userId, async (tx) => {
      await this.#deps.entrances.removeTwoFactor(tx, userId, callerId)
    })
  }

  async #locked(
    callerId: string,
    userId: string,
    work: (tx: Transaction) => Promise<void>,
  ): Promise<void> {
    await this.#deps.db.transaction(async (tx) => {
      await requireAdmin(tx, callerId)
      await lockUser(tx, userId)
      if (!(await findAdminUser(tx, userId))) throw new AppError('user_not_found')
      await work(tx)
    })
  }
}
