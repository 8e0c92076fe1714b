import { uuidv7 } from 'uuidv7'
import { decodeCursor } from '../contract/cursor.ts'
import { AppError } from '../contract/error-codes.ts'
import { pageOf } from '../contract/page.ts'
import type { PageRequest } from '../contract/page.ts'
import { defaultLimit } from '../contract/schema.ts'
import type { Clock } from '../infra/clock.ts'
import type { Database, DbHandle, Transaction } from '../infra/db.ts'
import type { Announcer, EndedSessions } from '../realtime/announcement.ts'
import type { AccountEnd, EndReason } from '../user/account-end.ts'
import type { UserAccounts } from '../user/accounts.ts'
import type { AuditLog } from '../user/audit-log.ts'
import type { UserEvents } from '../user/user-events.ts'
import { sessionEnded } from './schema.ts'
import { hashOf, newSecret } from './secret.ts'
import type { SessionLifetime } from './session-lifetime.ts'
import {
  deleteOldSessions,
  deleteOldUsedTokens,
  deleteSessionsOf,
  endSessions,
  insertSession,
  listAddresses,
  listLiveSessions,
} from './session-queries.ts'
import type { Device, Which } from './session-queries.ts'
import type { SessionRegister } from './session-register.ts'

/** How long the record of a session is kept after its end, in milliseconds. */
const remembered = 30 * 86_400_000

export type SessionEndReason =
  | 'logged_out'
  | 'ended'
  | 'reused'
  | 'password_changed'
  | 'password_reset'
  | EndReason

interface SessionsDeps {
  db: Database
  clock: Clock
  lifetime: SessionLifetime
  announcer: Announcer
  accounts: UserAccounts
  events: UserEvents
  audit: AuditLog
  /** Forgets at once, on this node, what ends here. */
  register: Pick<SessionRegister, 'forget'>
}

export interface StartedSession {
  id: string
  userId: string
  refreshToken: string
}

/** Signed-in devices. Locks: the person's row first, then her sessions. */
export class Sessions implements AccountEnd {
  readonly #deps: SessionsDeps

  constructor(deps: SessionsDeps) {
    this.#deps = deps
  }

  /** The caller holds the person's row locked: her account cannot end meanwhile. */
  async start(tx: Transaction, userId: string, device: Device): Promise<StartedSession> {
    const { clock, lifetime, audit } = this.#deps
    const id = uuidv7()
    const refreshToken = newSecret()
    const at = new Date(clock.now()).toISOString()
    const expiresAt = lifetime.end()
    const refreshHash = hashOf(refreshToken)
    await insertSession(tx, { ...device, id, userId, refreshHash, at, expiresAt })
    const { deviceName, address } = device
    const detail = { sessionId: id, deviceName, address }
    const who = { actorId: userId, subjectId: userId }
    await audit.record(tx, { ...who, action: 'session.started', detail })
    return { id, userId, refreshToken }
  }

  /** Newest first. */
  async list(userId: string, currentId: string, { limit = defaultLimit, cursor }: PageRequest) {
    const before = cursor === undefined ? null : String(decodeCursor(cursor, ['id'])[0])
    const range = { at: this.#deps.lifetime.moment(), before, limit: limit + 1 }
    const rows = await listLiveSessions(this.#deps.db, userId, range)
    const page = pageOf(rows, limit, ({ id }) => [id])
    return { ...page, items: page.items.map((one) => ({ ...one, current: one.id === currentId })) }
  }

  /** AppError `session_not_found` where this person has no such session. */
  async end(userId: string, sessionId: string): Promise<void> {
    await this.#deps.db.transaction(async (tx) => {
      const ended = await this.endIn(tx, userId, { only: sessionId }, 'ended')
      if (ended.length === 0) throw new AppError('session_not_found')
    })
  }

  /** Ends the caller's own session; no error where another request has just done so. */
  async logOut(userId: string, sessionId: string): Promise<void> {
    const own = { only: sessionId }
    await this.#deps.db.transaction((tx) => this.endIn(tx, userId, own, 'logged_out'))
  }

  async endOthers(userId: string, keptId: string): Promise<void> {
    await this.#deps.db.transaction((tx) => this.endIn(tx, userId, { except: keptId }, 'ended'))
  }

  /** Ends sessions within a transaction; once it is committed they are refused on this node, their
   *  sockets close everywhere (P6), and the person's other devices hear `session.ended`. */
  async endIn(
    tx: Transaction,
    userId: string,
    which: Which,
    reason: SessionEndReason,
  ): Promise<string[]> {
    const { accounts, events, audit, lifetime } = this.#deps
    await accounts.lock(tx, userId)
    const sessionIds = await endSessions(tx, userId, which, lifetime.moment())
    if (sessionIds.length === 0) return []
    this.#announceEnd(tx, { userId, sessionIds })
    await events.announce(tx, userId, sessionEnded, { sessionIds })
    const detail = { sessionIds, reason }
    await audit.record(tx, { action: 'session.ended', actorId: null, subjectId: userId, detail })
    return sessionIds
  }

  async accountEnded(tx: Transaction, userId: string, reason: EndReason): Promise<void> {
    await this.endIn(tx, userId, 'all', reason)
    if (reason === 'deleted') await deleteSessionsOf(tx, userId)
    // Also sockets of sessions that had run out but are still open.
    this.#announceEnd(tx, { userId, sessionIds: 'all' })
  }

  /** From where this person has signed in, as far as it is remembered. */
  async listAddresses(db: DbHandle, userId: string): Promise<string[]> {
    return listAddresses(db, userId)
  }

  /** Removes the records of sessions that ended long ago, and used tokens older than whatever a
   *  live session's device can still present. */
  async purge(): Promise<void> {
    const { db, lifetime } = this.#deps
    const { idleSince } = lifetime.moment()
    await deleteOldUsedTokens(db, idleSince)
    await deleteOldSessions(db, new Date(Date.parse(idleSince) - remembered).toISOString())
  }

  #announceEnd(tx: Transaction, ended: EndedSessions): void {
    const { register, announcer } = this.#deps
    tx.afterCommit(() => {
      register.forget(ended)
      announcer.endSessions(ended)
    })
  }
}
