import type { Transaction } from '../infra/db.ts'

export type EndReason = 'suspended' | 'deleted'

/**
 * What the services above must do when an account ends, inside the same transaction (chat:
 * memberships; auth: sessions). Called before this person's row is locked, so that an
 * implementation may lock rooms first (L1); wire those that lock rooms before those that do not.
 */
export interface AccountEnd {
  accountEnded(tx: Transaction, userId: string, reason: EndReason): Promise<void>
}
