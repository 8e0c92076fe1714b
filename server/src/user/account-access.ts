import { AppError } from '../contract/error-codes.ts'
import type { Database, DbHandle, Transaction } from '../infra/db.ts'
import { requireAdmin } from './admin-queries.ts'
import type { AuditLog } from './audit-log.ts'
import type { WaysIn } from './schema.ts'
import { findAdminAccount, lockUser } from './user-queries.ts'

/** How people come in and what they hold, as the service above keeps it. The person's row is
 *  locked when one is taken away. */
export interface Entrances {
  /** In the same order. */
  withWaysIn<T extends { id: string }>(
    db: DbHandle,
    accounts: readonly T[],
  ): Promise<(T & WaysIn)[]>
  endSessions(tx: Transaction, userId: string): Promise<unknown>
  /** Also one that was never confirmed; she is told by mail. */
  removeTwoFactor(tx: Transaction, userId: string, actorId: string): Promise<unknown>
  /** All of hers; she is told by mail. */
  removePasskeys(tx: Transaction, userId: string, actorId: string): Promise<unknown>
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
    await this.#locked(callerId, userId, (tx) => this.#endSessions(tx, callerId, userId))
  }

  /** For whoever has lost her authenticator and her recovery codes. Ends her sessions too: the
   *  device may be in other hands. AppError `forbidden`, `user_not_found`. */
  async resetTwoFactor(callerId: string, userId: string): Promise<void> {
    await this.#locked(callerId, userId, async (tx) => {
      await this.#deps.entrances.removeTwoFactor(tx, userId, callerId)
      await this.#endSessions(tx, callerId, userId)
    })
  }

  /** For whoever has lost a device that holds them. Ends her sessions too, and takes them away also
   *  where she has no other way in. AppError `forbidden`, `user_not_found`. */
  async removePasskeys(callerId: string, userId: string): Promise<void> {
    await this.#locked(callerId, userId, async (tx) => {
      await this.#deps.entrances.removePasskeys(tx, userId, callerId)
      await this.#endSessions(tx, callerId, userId)
    })
  }

  async #endSessions(tx: Transaction, callerId: string, userId: string): Promise<void> {
    const { audit, entrances } = this.#deps
    await entrances.endSessions(tx, userId)
    await audit.record(tx, { action: 'user.signed_out', actorId: callerId, subjectId: userId })
  }

  async #locked(
    callerId: string,
    userId: string,
    work: (tx: Transaction) => Promise<void>,
  ): Promise<void> {
    await this.#deps.db.transaction(async (tx) => {
      await requireAdmin(tx, callerId)
      await lockUser(tx, userId)
      if (!(await findAdminAccount(tx, userId))) throw new AppError('user_not_found')
      await work(tx)
    })
  }
}
