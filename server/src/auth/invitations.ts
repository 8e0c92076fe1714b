import { uuidv7 } from 'uuidv7'
import { decodeCursor } from '../contract/cursor.ts'
import { AppError } from '../contract/error-codes.ts'
import { pageOf } from '../contract/page.ts'
import type { PageRequest } from '../contract/page.ts'
import { defaultLimit } from '../contract/schema.ts'
import { timestamp } from '../infra/clock.ts'
import type { Clock } from '../infra/clock.ts'
import type { Database, DbHandle, Transaction } from '../infra/db.ts'
import type { AuditLog } from '../user/audit-log.ts'
import type { UserDirectory } from '../user/directory.ts'
import {
  findInvitation,
  insertInvitation,
  isOpenInvitation,
  listInvitations,
  revokeInvitation,
  useInvitation,
} from './invitation-queries.ts'
import type { Invitation, InvitationRequest, NewInvitation } from './invitation-schema.ts'
import { hashOf, newSecret } from './secret.ts'

const hour = 3_600_000

interface InvitationsDeps {
  db: Database
  clock: Clock
  directory: UserDirectory
  audit: AuditLog
}

/** What lets people register where REGISTRATION is `invitation`. */
export class Invitations {
  readonly #deps: InvitationsDeps

  constructor(deps: InvitationsDeps) {
    this.#deps = deps
  }

  /** The token is shown now and never again. AppError `forbidden`. */
  async create(callerId: string, request: InvitationRequest): Promise<NewInvitation> {
    const { db, clock, directory, audit } = this.#deps
    const { note = '', maxUses = 1, expiresInHours = 168 } = request
    const token = newSecret()
    const id = uuidv7()
    const at = timestamp(clock)
    const expiresAt = new Date(Date.parse(at) + expiresInHours * hour).toISOString()
    const row = { id, note, maxUses, hash: hashOf(token), createdBy: callerId, at, expiresAt }
    const invitation = await db.transaction(async (tx) => {
      await directory.requireAdmin(tx, callerId)
      await insertInvitation(tx, row)
      const detail = { invitationId: id, maxUses, expiresAt }
      const action = 'invitation.created'
      await audit.record(tx, { action, actorId: callerId, subjectId: null, detail })
      return getInvitation(tx, id)
    })
    return { invitation, token }
  }

  /** AppError `forbidden`, `invitation_not_found`. */
  async read(callerId: string, id: string): Promise<Invitation> {
    const { db, directory } = this.#deps
    await directory.requireAdmin(db, callerId)
    return getInvitation(db, id)
  }

  /** Newest first. AppError `forbidden`. */
  async list(callerId: string, { limit = defaultLimit, cursor }: PageRequest) {
    const { db, directory } = this.#deps
    await directory.requireAdmin(db, callerId)
    const before = cursor === undefined ? null : String(decodeCursor(cursor, ['id'])[0])
    return pageOf(await listInvitations(db, before, limit + 1), limit, ({ id }) => [id])
  }

  /** Whoever came by it stays. AppError `forbidden`, `invitation_not_found`. */
  async revoke(callerId: string, id: string): Promise<void> {
    const { db, clock, directory, audit } = this.#deps
    await db.transaction(async (tx) => {
      await directory.requireAdmin(tx, callerId)
      const there = await revokeInvitation(tx, id, timestamp(clock))
      if (!there) throw new AppError('invitation_not_found')
      const detail = { invitationId: id }
      const action = 'invitation.revoked'
      await audit.record(tx, { action, actorId: callerId, subjectId: null, detail })
    })
  }

  /** AppError `invalid_invitation` unless one more person may come by it at this moment. */
  async requireOpen(token: string): Promise<void> {
    const { db, clock } = this.#deps
    const open = await isOpenInvitation(db, hashOf(token), timestamp(clock))
    if (!open) throw new AppError('invalid_invitation')
  }

  /** Lets one person in; returns the invitation's id. AppError `invalid_invitation`. */
  async use(tx: Transaction, token: string): Promise<string> {
    const id = await useInvitation(tx, hashOf(token), timestamp(this.#deps.clock))
    if (id === undefined) throw new AppError('invalid_invitation')
    return id
  }
}

async function getInvitation(db: DbHandle, id: string): Promise<Invitation> {
  const invitation = await findInvitation(db, id)
  if (!invitation) throw new AppError('invitation_not_found')
  return invitation
}
