import { uuidv7 } from 'uuidv7'
import { decodeCursor } from '../contract/cursor.ts'
import { pageOf } from '../contract/page.ts'
import type { PageRequest } from '../contract/page.ts'
import { defaultLimit } from '../contract/schema.ts'
import { timestamp } from '../infra/clock.ts'
import type { Clock } from '../infra/clock.ts'
import type { DbHandle, Transaction } from '../infra/db.ts'
import { erasePersonalDetail, insertAudit, listAudit } from './audit-queries.ts'
import type { AuditFilter } from './audit-queries.ts'

export type AuditAction =
  | 'session.started'
  | 'session.ended'
  | 'session.reused'
  | 'password.changed'
  | 'password.reset'
  | 'password.reset_requested'
  | 'email.verified'
  | 'email.changed'
  | 'user.registered'
  | 'two_factor.enabled'
  | 'two_factor.disabled'
  | 'two_factor.codes_renewed'
  | 'passkey.added'
  | 'passkey.removed'
  | 'identity.linked'
  | 'identity.unlinked'
  | 'keys.rotated'
  | 'token.created'
  | 'token.revoked'
  | 'invitation.created'
  | 'invitation.revoked'
  | 'user.role_changed'
  | 'user.suspended'
  | 'user.restored'
  | 'user.signed_out'
  | 'user.avatar_removed'
  | 'user.deleted'
  | 'export.requested'
  | 'profile_fields.changed'

interface AuditRecord {
  action: AuditAction
  /** null: the server itself, or someone at its command line. */
  actorId: string | null
  /** null: what was done concerns nobody in particular. */
  subjectId: string | null
  /** Never a text, a token or a password. */
  detail?: Readonly<Record<string, unknown>>
}

export type AuditRequest = PageRequest & AuditFilter

/** The append-only record of what was done to accounts, written in the transaction that does it. */
export class AuditLog {
  readonly #clock: Clock

  constructor({ clock }: { clock: Clock }) {
    this.#clock = clock
  }

  async record(
    tx: Transaction,
    { action, actorId, subjectId, detail }: AuditRecord,
  ): Promise<void> {
    const at = timestamp(this.#clock)
    await insertAudit(tx, { id: uuidv7(), at, action, actorId, subjectId, detail: detail ?? {} })
  }

  /** Newest first. */
  async list(db: DbHandle, { limit = defaultLimit, cursor, ...filter }: AuditRequest) {
    const before = cursor === undefined ? null : String(decodeCursor(cursor, ['id'])[0])
    return pageOf(await listAudit(db, filter, before, limit + 1), limit, ({ id }) => [id])
  }

  /** Removes what a deleted person's entries say of her devices, and texts; the entries stay. */
  async erase(tx: Transaction, userId: string): Promise<void> {
    await erasePersonalDetail(tx, userId)
  }
}
