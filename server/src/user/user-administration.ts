import type { ServerRole } from '../contract/caller.ts'
import { decodeCursor } from '../contract/cursor.ts'
import { AppError } from '../contract/error-codes.ts'
import { pageOf } from '../contract/page.ts'
import type { PageRequest } from '../contract/page.ts'
import { defaultLimit } from '../contract/schema.ts'
import { timestamp } from '../infra/clock.ts'
import type { Clock } from '../infra/clock.ts'
import type { Database, Transaction } from '../infra/db.ts'
import type { Entrances } from './account-access.ts'
import type { AccountEnd } from './account-end.ts'
import type { AccountErasure, Texts } from './account-erasure.ts'
import { findAccountByLogin } from './account-queries.ts'
import {
  listAdminAccounts,
  listEndedSuspensions,
  lockAdmins,
  requireAdmin,
  requireAnotherAdmin,
  updateAccount,
} from './admin-queries.ts'
import type { AuditLog, AuditRequest } from './audit-log.ts'
import { futureTime } from './profile-change.ts'
import type { AccountChange, AccountStatus, AdminAccount, AdminUser } from './schema.ts'
import type { UserEvents } from './user-events.ts'
import { findAdminAccount, findOwnUser } from './user-queries.ts'

interface AdministrationDeps {
  db: Database
  clock: Clock
  events: UserEvents
  audit: AuditLog
  erasure: AccountErasure
  entrances: Pick<Entrances, 'withWaysIn'>
  /** In the order in which they lock (account-end.ts). */
  accountEnds: readonly AccountEnd[]
  /** After the commit: whoever remembers this person's role must ask again. */
  roleChanged: (userId: string) => void
}

interface AdminListRequest extends PageRequest {
  q?: string | undefined
  status?: AccountStatus | undefined
  role?: ServerRole | undefined
}

/** Accounts in the hands of administrators. Each call asks the database whether the caller still
 *  is one: the token's role may be half a minute old. */
export class UserAdministration {
  readonly #deps: AdministrationDeps

  constructor(deps: AdministrationDeps) {
    this.#deps = deps
  }

  /** By username. AppError `forbidden`. */
  async listUsers(callerId: string, request: AdminListRequest) {
    const { q = '', status = null, role = null, limit = defaultLimit, cursor } = request
    const { db } = this.#deps
    await requireAdmin(db, callerId)
    const after = cursor === undefined ? '' : String(decodeCursor(cursor, ['string'])[0])
    const term = q.normalize('NFC').trim()
    const rows = await listAdminAccounts(db, { term, status, role, after }, limit + 1)
    const page = pageOf(rows, limit, ({ username }) => [username])
    return { ...page, items: await this.#deps.entrances.withWaysIn(db, page.items) }
  }

  /** Newest first. AppError `forbidden`. */
  async listAudit(callerId: string, request: AuditRequest) {
    await requireAdmin(this.#deps.db, callerId)
    return this.#deps.audit.list(this.#deps.db, request)
  }

  /** Role and status; a suspension ends every session. AppError `forbidden`, `user_not_found`,
   *  `last_admin`. */
  async changeUser(callerId: string, userId: string, change: AccountChange): Promise<AdminUser> {
    return this.#deps.db.transaction(async (tx) => {
      await lockAdmins(tx)
      await requireAdmin(tx, callerId)
      const changed = await this.#change(tx, callerId, userId, change)
      const [seen] = await this.#deps.entrances.withWaysIn(tx, [changed])
      if (!seen) throw new AppError('user_not_found')
      return seen
    })
  }

  /** Makes someone an administrator, from the command line. AppError `user_not_found`. */
  async promote(login: string): Promise<AdminAccount> {
    return this.#deps.db.transaction(async (tx) => {
      await lockAdmins(tx)
      const account = await findAccountByLogin(tx, login)
      if (!account) throw new AppError('user_not_found')
      return this.#change(tx, null, account.id, { role: 'admin' })
    })
  }

  /** Deletes the account of somebody else (account-erasure.ts). AppError `forbidden`,
   *  `user_not_found`. */
  async deleteUser(callerId: string, userId: string, texts: Texts = 'keep'): Promise<void> {
    await this.#deps.db.transaction(async (tx) => {
      await lockAdmins(tx)
      await requireAdmin(tx, callerId)
      if (callerId === userId) {
        throw new AppError('forbidden', { reason: 'your own account is deleted at /v1/users/me' })
      }
      const user = await requireAccount(tx, userId)
      await this.#deps.erasure.erase(tx, user, { actorId: callerId, texts })
    })
  }

  /** The same from the command line. AppError `user_not_found`, `last_admin`. */
  async deleteByLogin(login: string, texts: Texts): Promise<void> {
    await this.#deps.db.transaction(async (tx) => {
      await lockAdmins(tx)
      const account = await findAccountByLogin(tx, login)
      if (!account) throw new AppError('user_not_found')
      await this.#deps.erasure.erase(tx, account, { actorId: null, texts })
    })
  }

  /** Restores those whose suspension was to end by now. */
  async endSuspensions(): Promise<void> {
    const { db, clock } = this.#deps
    for (const id of await listEndedSuspensions(db, timestamp(clock))) {
      await db.transaction(async (tx) => {
        await lockAdmins(tx)
        const user = await findAdminAccount(tx, id)
        if (!user || !isOver(user, clock.now())) return // another node or an administrator was first
        await this.#change(tx, null, id, { status: 'active' })
      })
    }
  }

  async #change(
    tx: Transaction,
    actorId: string | null,
    userId: string,
    change: AccountChange,
  ): Promise<AdminAccount> {
    const { clock, events, accountEnds, roleChanged } = this.#deps
    const before = await requireAccount(tx, userId)
    const to = outcomeOf(before, change, clock.now())
    const { role, status } = before
    if (to.role === role && sameStatus(before, to)) return before
    if (isAdmin(before) && !isAdmin(to)) await requireAnotherAdmin(tx, userId)
    if (to.status === 'suspended' && status === 'active') {
      for (const end of accountEnds) await end.accountEnded(tx, userId, 'suspended')
    }
    await updateAccount(tx, userId, to, timestamp(clock))
    await this.#record(tx, actorId, before, to, change.reason)
    const own = await findOwnUser(tx, userId)
    if (own) await events.announceUser(tx, own)
    const opens = to.status === 'active' && status !== 'active' // for tokens, which a suspension keeps
    if (to.role !== role || opens) tx.afterCommit(() => roleChanged(userId))
    return requireAccount(tx, userId)
  }

  async #record(
    tx: Transaction,
    actorId: string | null,
    before: AdminAccount,
    to: Outcome,
    reason: string | undefined,
  ): Promise<void> {
    const { audit } = this.#deps
    const who = { actorId, subjectId: before.id }
    const why = reason === undefined ? {} : { reason }
    if (to.role !== before.role) {
      const detail = { from: before.role, to: to.role, ...why }
      await audit.record(tx, { ...who, action: 'user.role_changed', detail })
    }
    if (!sameStatus(before, to)) {
      const action = to.status === 'suspended' ? 'user.suspended' : 'user.restored'
      const until = to.suspendedUntil === null ? {} : { until: to.suspendedUntil }
      await audit.record(tx, { ...who, action, detail: { ...why, ...until } })
    }
  }
}

type Outcome = Pick<AdminAccount, 'role' | 'status' | 'statusReason' | 'suspendedUntil'>

function outcomeOf(before: AdminAccount, change: AccountChange, now: number): Outcome {
  const { role = before.role, status = before.status, reason, until } = change
  if (status === 'active') return { role, status, statusReason: null, suspendedUntil: null }
  const statusReason = reason ?? before.statusReason
  const suspendedUntil =
    until === undefined ? before.suspendedUntil : until && futureTime(until, now, '/until')
  return { role, status, statusReason, suspendedUntil }
}

function sameStatus(a: Outcome, b: Outcome): boolean {
  const isSame = a.status === b.status && a.statusReason === b.statusReason
  return isSame && a.suspendedUntil === b.suspendedUntil
}

function isOver({ suspendedUntil }: AdminAccount, now: number): boolean {
  return suspendedUntil !== null && Date.parse(suspendedUntil) <= now
}

function isAdmin({ role, status }: Pick<AdminAccount, 'role' | 'status'>): boolean {
  return role === 'admin' && status === 'active'
}

async function requireAccount(tx: Transaction, id: string): Promise<AdminAccount> {
  const user = await findAdminAccount(tx, id)
  if (!user) throw new AppError('user_not_found')
  return user
}
