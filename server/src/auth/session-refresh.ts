import { AppError } from '../contract/error-codes.ts'
import type { Clock } from '../infra/clock.ts'
import type { Database, Transaction } from '../infra/db.ts'
import type { UserAccounts } from '../user/accounts.ts'
import type { KeyRing } from './key-ring.ts'
import { successorOf } from './refresh-token.ts'
import { hashOf } from './secret.ts'
import type { SessionLifetime } from './session-lifetime.ts'
import { findSessionByToken, lockSession, rotateSession } from './session-queries.ts'
import type { Device, SessionRow } from './session-queries.ts'
import type { Sessions, StartedSession } from './sessions.ts'

/** How long a token is still good once its successor was used, in milliseconds. */
const grace = 10_000

interface SessionRefreshDeps {
  db: Database
  clock: Clock
  lifetime: SessionLifetime
  keys: KeyRing
  accounts: UserAccounts
  sessions: Sessions
}

type Presented = { token: string; hash: Buffer; successor: string }
type Outcome =
  | { kind: 'refreshed'; session: StartedSession }
  | { kind: 'refused' }
  | { kind: 'reused'; userId: string; sessionId: string }

/**
 * The rotation of refresh tokens (security.md, 4). A token is exchanged for its successor, which
 * follows from it: whoever lost the answer asks again and gets the same one, until that one has
 * been used and for 10 s after. A token older than that can only be a copy: its session ends.
 */
export class SessionRefresh {
  readonly #deps: SessionRefreshDeps

  constructor(deps: SessionRefreshDeps) {
    this.#deps = deps
  }

  /** AppError `invalid_refresh_token`. */
  async refresh(token: string, device: Omit<Device, 'deviceName'>): Promise<StartedSession> {
    const { db, keys, sessions } = this.#deps
    const presented = { token, hash: hashOf(token), successor: successorOf(keys.refreshKey, token) }
    const outcome = await db.transaction((tx) => this.#exchange(tx, presented, device))
    if (outcome.kind === 'refreshed') return outcome.session
    if (outcome.kind === 'reused') {
      // In a transaction of its own: it locks the person before the session. A token that was
      // found reused stays so.
      const { userId, sessionId } = outcome
      await db.transaction((tx) => sessions.endIn(tx, userId, { only: sessionId }, 'reused'))
    }
    throw new AppError('invalid_refresh_token')
  }

  async #exchange(
    tx: Transaction,
    presented: Presented,
    device: Omit<Device, 'deviceName'>,
  ): Promise<Outcome> {
    const { clock, lifetime, accounts } = this.#deps
    // Found without the lock, then locked by its id: the token moves while we wait for the row.
    const id = await findSessionByToken(tx, presented.hash)
    const row = id === undefined ? undefined : await lockSession(tx, id, lifetime.moment())
    if (!row?.live) return { kind: 'refused' }
    const account = await accounts.findById(tx, row.userId)
    if (account?.status !== 'active') return { kind: 'refused' }
    if (presented.hash.equals(row.refreshHash)) {
      const { hash: from, successor } = presented
      const at = new Date(clock.now()).toISOString()
      await rotateSession(tx, row.id, { from, to: hashOf(successor), at }, device)
    } else if (!this.#stillGood(presented, row)) {
      return { kind: 'reused', userId: row.userId, sessionId: row.id }
    }
    const session = { id: row.id, userId: row.userId, refreshToken: presented.successor }
    return { kind: 'refreshed', session }
  }

  /** The token before the current one, or the one before that for a moment after the rotation. */
  #stillGood({ hash, successor }: Presented, row: SessionRow): boolean {
    const { previousRefreshHash, rotatedAt } = row
    if (!previousRefreshHash) return false
    if (hash.equals(previousRefreshHash)) return true
    const sinceSuccessorWasUsed = this.#deps.clock.now() - Date.parse(rotatedAt)
    return hashOf(successor).equals(previousRefreshHash) && sinceSuccessorWasUsed <= grace
  }
}
