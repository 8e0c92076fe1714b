import { randomBytes } from 'node:crypto'
import { timestamp } from '../infra/clock.ts'
import type { Clock } from '../infra/clock.ts'
import type { Transaction } from '../infra/db.ts'
import type { AccountEnd } from './account-end.ts'
import { requireAnotherAdmin } from './admin-queries.ts'
import type { AuditLog } from './audit-log.ts'
import type { Avatars } from './avatars.ts'
import { deleteBlocksOf } from './block-queries.ts'
import { insertErasure } from './erasure-queries.ts'
import { deleteLastSeen } from './last-seen-queries.ts'
import { replaceFieldValues } from './profile-field-queries.ts'
import type { OwnUser } from './schema.ts'
import { eraseUser } from './user-queries.ts'

/** What becomes of the messages of a deleted account. */
export type Texts = 'keep' | 'erase'

interface AccountErasureDeps {
  clock: Clock
  audit: AuditLog
  avatars: Avatars
  /** In the order in which they lock (account-end.ts). */
  accountEnds: readonly AccountEnd[]
}

/** The one way an account goes, whoever decides it. */
export class AccountErasure {
  readonly #deps: AccountErasureDeps

  constructor(deps: AccountErasureDeps) {
    this.#deps = deps
  }

  /** Sessions and memberships end, the profile is erased, the username is free again; messages keep
   *  an author without a name, and lose their texts soon after where `texts` says so. Begin the
   *  transaction with `lockAdmins`. AppError `last_admin`. */
  async erase(
    tx: Transaction,
    { id, role }: Pick<OwnUser, 'id' | 'role'>,
    { actorId, texts }: { actorId: string | null; texts: Texts },
  ): Promise<void> {
    const { clock, audit, avatars, accountEnds } = this.#deps
    if (role === 'admin') await requireAnotherAdmin(tx, id)
    for (const end of accountEnds) await end.accountEnded(tx, id, 'deleted')
    await avatars.discard(tx, id)
    const username = `deleted-${randomBytes(12).toString('hex')}`
    await eraseUser(tx, id, username, timestamp(clock))
    await deleteBlocksOf(tx, id)
    await deleteLastSeen(tx, id)
    await replaceFieldValues(tx, id, {})
    if (texts === 'erase') await insertErasure(tx, id, timestamp(clock))
    await audit.record(tx, { action: 'user.deleted', actorId, subjectId: id })
    await audit.erase(tx, id)
  }
}
