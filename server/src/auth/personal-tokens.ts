import { LRUCache } from 'lru-cache'
import { uuidv7 } from 'uuidv7'
import { decodeCursor } from '../contract/cursor.ts'
import { AppError, Unauthenticated } from '../contract/error-codes.ts'
import { pageOf } from '../contract/page.ts'
import type { PageRequest } from '../contract/page.ts'
import { defaultLimit } from '../contract/schema.ts'
import { timestamp } from '../infra/clock.ts'
import type { Clock } from '../infra/clock.ts'
import type { Database, Transaction } from '../infra/db.ts'
import type { Announcer } from '../realtime/announcement.ts'
import type { AccountEnd, EndReason } from '../user/account-end.ts'
import type { UserAccounts } from '../user/accounts.ts'
import type { AuditLog } from '../user/audit-log.ts'
import {
  deleteOldTokens,
  deleteTokensOf,
  findTokenByHash,
  insertToken,
  listTokens,
  revokeTokens,
  touchToken,
} from './personal-token-queries.ts'
import type { TokenFacts } from './personal-token-queries.ts'
import type { NewToken, TokenRequest } from './token-schema.ts'
import { hashOf, newSecret } from './secret.ts'
import type { SessionRegister } from './session-register.ts'

/** What tokens begin with, so that scanners of public code know them. */
const prefix = 'parley_pat_'
const day = 86_400_000
/** Tokens a person, or a bot, has at once. */
const most = 50
/** How long the record of a token is kept after its end, in milliseconds. */
const remembered = 30 * day
/** How exactly the last use is known, in milliseconds. */
const useEvery = 60_000

interface PersonalTokensDeps {
  db: Database
  clock: Clock
  announcer: Announcer
  accounts: UserAccounts
  audit: AuditLog
  register: Pick<SessionRegister, 'forget'>
  /** Where work in the background failed. */
  onError: (error: unknown) => void
}

/** What programs sign in with: shown once, stored as a hash, good for what it was made for. To the
 *  register and to sockets a token is a session (P6). */
export class PersonalTokens implements AccountEnd {
  readonly #deps: PersonalTokensDeps
  /** By hash: what never changes of a token. */
  readonly #facts = new LRUCache<string, TokenFacts>({ max: 10_000 })
  readonly #usedAt = new LRUCache<string, number>({ max: 10_000 })

  constructor(deps: PersonalTokensDeps) {
    this.#deps = deps
  }

  /** For oneself, or for a bot. AppError `user_not_found`, `token_limit`. */
  async create(actorId: string, userId: string, request: TokenRequest): Promise<NewToken> {
    const { db, clock, accounts, audit } = this.#deps
    const { name, scopes: wanted, expiresInDays } = request
    const token = prefix + newSecret()
    const [id, now, scopes] = [uuidv7(), clock.now(), [...new Set(wanted)]]
    const at = new Date(now).toISOString()
    const expiresAt =
      expiresInDays === undefined ? null : new Date(now + expiresInDays * day).toISOString()
    await db.transaction(async (tx) => {
      const account = await accounts.lock(tx, userId)
      if (account?.status !== 'active') throw new AppError('user_not_found')
      const range = { at, before: null, limit: most }
      if ((await listTokens(tx, userId, range)).length >= most) throw new AppError('token_limit')
      await insertToken(tx, { id, userId, name, scopes, at, expiresAt, hash: hashOf(token) })
      const detail = { tokenId: id, name, scopes }
      await audit.record(tx, { action: 'token.created', actorId, subjectId: userId, detail })
    })
    const info = { id, name, scopes, createdAt: at, expiresAt, lastUsedAt: null }
    return { info, token }
  }

  /** Those that are good, newest first. */
  async list(userId: string, { limit = defaultLimit, cursor }: PageRequest) {
    const { db, clock } = this.#deps
    const before = cursor === undefined ? null : String(decodeCursor(cursor, ['id'])[0])
    const range = { at: timestamp(clock), before, limit: limit + 1 }
    return pageOf(await listTokens(db, userId, range), limit, ({ id }) => [id])
  }

  /** Refused from now on, its sockets closed. AppError `token_not_found`. */
  async revoke(actorId: string, userId: string, tokenId: string): Promise<void> {
    await this.#deps.db.transaction(async (tx) => {
      const revoked = await this.#revoke(tx, actorId, userId, tokenId)
      if (revoked.length === 0) throw new AppError('token_not_found')
    })
  }

  /** All of this person's: somebody else may have made them. */
  async revokeAll(tx: Transaction, userId: string): Promise<void> {
    await this.#revoke(tx, null, userId, null)
  }

  async accountEnded(tx: Transaction, userId: string, reason: EndReason): Promise<void> {
    if (reason === 'deleted') await deleteTokensOf(tx, userId)
  }

  isPersonal(token: string): boolean {
    return token.startsWith(prefix)
  }

  /** Throws Unauthenticated where there never was such a token. */
  async read(token: string): Promise<TokenFacts> {
    const hash = hashOf(token)
    const key = hash.toString('base64url')
    const facts = this.#facts.get(key) ?? (await findTokenByHash(this.#deps.db, hash))
    if (!facts) throw new Unauthenticated('invalid')
    this.#facts.set(key, facts)
    return facts
  }

  /** Notes the use of a token, now and then. */
  used({ id }: TokenFacts): void {
    const { db, clock, onError } = this.#deps
    if (clock.now() - (this.#usedAt.get(id) ?? 0) < useEvery) return
    this.#usedAt.set(id, clock.now())
    void touchToken(db, id, timestamp(clock)).catch(onError)
  }

  async purge(): Promise<void> {
    const { db, clock } = this.#deps
    await deleteOldTokens(db, new Date(clock.now() - remembered).toISOString())
  }

  async #revoke(
    tx: Transaction,
    actorId: string | null,
    userId: string,
    only: string | null,
  ): Promise<string[]> {
    const { clock, accounts, audit, register, announcer } = this.#deps
    await accounts.lock(tx, userId)
    const tokenIds = await revokeTokens(tx, userId, only, timestamp(clock))
    if (tokenIds.length === 0) return []
    const detail = { tokenIds }
    await audit.record(tx, { action: 'token.revoked', actorId, subjectId: userId, detail })
    tx.afterCommit(() => {
      const ended = { userId, sessionIds: tokenIds }
      register.forget(ended)
      announcer.endSessions(ended)
    })
    return tokenIds
  }
}
