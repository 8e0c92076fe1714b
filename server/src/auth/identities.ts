import { createHmac } from 'node:crypto'
import { uuidv7 } from 'uuidv7'
import { AppError } from '../contract/error-codes.ts'
import { timestamp } from '../infra/clock.ts'
import type { Clock } from '../infra/clock.ts'
import type { Database, DbHandle, Transaction } from '../infra/db.ts'
import { violatedConstraint } from '../infra/db-errors.ts'
import type { AccountEnd, EndReason } from '../user/account-end.ts'
import type { UserAccounts } from '../user/accounts.ts'
import type { AuditLog } from '../user/audit-log.ts'
import type { Assertion } from './identity-assertion.ts'
import {
  deleteErasedBefore,
  deleteIdentitiesOf,
  deleteIdentity,
  findErased,
  findIdentity,
  insertErased,
  insertIdentity,
  listIdentities,
  updateIdentity,
} from './identity-queries.ts'
import type { IdentityRow } from './identity-queries.ts'
import type { Identity } from './identity-schema.ts'
import type { KeyRing } from './key-ring.ts'
import { deleteTicketsAbout } from './openid-queries.ts'
import { requireWayIn } from './ways-in.ts'

/** How long it is remembered who was erased, in milliseconds: longer than any token lasts. */
const erasedRemembered = 25 * 3_600_000

interface IdentitiesDeps {
  db: Database
  clock: Clock
  accounts: UserAccounts
  audit: AuditLog
  keys: Pick<KeyRing, 'refreshKey'>
  /** The names of OIDC_PROVIDERS by their issuers. */
  providers: ReadonlyMap<string, string>
  /** TRUSTED_ISSUER, whose people sign in by it alone. */
  trustedIssuer?: string | undefined
}

/** Who our people are elsewhere, by issuer and subject: an address is never enough to be somebody.
 *  Locks: the person's row first. */
export class Identities implements AccountEnd {
  readonly #deps: IdentitiesDeps

  constructor(deps: IdentitiesDeps) {
    this.#deps = deps
  }

  async list(userId: string): Promise<Identity[]> {
    const rows = await listIdentities(this.#deps.db, userId)
    return rows.map((row) => this.#shown(row))
  }

  async find(db: DbHandle, assertion: Assertion): Promise<IdentityRow | undefined> {
    return findIdentity(db, assertion)
  }

  /** Whose identity it is from now on; false where somebody else was faster. The caller holds the
   *  person's row locked, or has just made it. */
  async add(tx: Transaction, userId: string, assertion: Assertion): Promise<boolean> {
    const { issuer, subject } = assertion
    const row = { id: uuidv7(), userId, issuer, subject, ...said(assertion) }
    return insertIdentity(tx, row, timestamp(this.#deps.clock))
  }

  /** It was used: keeps what the issuer says now. */
  async used(tx: Transaction, { id }: IdentityRow, assertion: Assertion): Promise<void> {
    await updateIdentity(tx, id, said(assertion), timestamp(this.#deps.clock))
  }

  /** For somebody who has an account. AppError `identity_taken`, `invalid_sign_in` where the account
   *  has ended. */
  async link(tx: Transaction, userId: string, assertion: Assertion): Promise<Identity> {
    const account = await this.#deps.accounts.lock(tx, userId)
    if (account?.status !== 'active') throw new AppError('invalid_sign_in')
    const known = await findIdentity(tx, assertion)
    if (known && known.userId !== userId) throw new AppError('identity_taken')
    if (known) return this.#shown(known)
    await this.#add(tx, userId, assertion)
    const added = await findIdentity(tx, assertion)
    if (!added) throw new AppError('identity_taken') // and gone again
    await this.#record(tx, userId, 'identity.linked', added)
    return this.#shown(added)
  }

  /** Nobody signs in with it any more; sessions it began go on. AppError `identity_not_found`,
   *  `last_way_in`, `forbidden` where the trusted issuer vouches for it. */
  async unlink(userId: string, identityId: string): Promise<void> {
    const { db, accounts, trustedIssuer } = this.#deps
    await db.transaction(async (tx) => {
      const account = await accounts.lock(tx, userId)
      const mine = await listIdentities(tx, userId)
      const identity = mine.find(({ id }) => id === identityId)
      if (!account || !identity) throw new AppError('identity_not_found')
      if (identity.issuer === trustedIssuer) {
        throw new AppError('forbidden', { reason: 'this issuer decides how its people sign in' })
      }
      await deleteIdentity(tx, identity.id)
      await requireWayIn(tx, account)
      await this.#record(tx, userId, 'identity.unlinked', identity)
    })
  }

  /** All of this person's but the trusted issuer's: somebody else may have linked them. */
  async removeAll(tx: Transaction, userId: string): Promise<void> {
    const { trustedIssuer } = this.#deps
    for (const identity of await listIdentities(tx, userId)) {
      if (identity.issuer === trustedIssuer) continue
      await deleteIdentity(tx, identity.id)
      await this.#record(tx, userId, 'identity.unlinked', identity)
    }
  }

  /** Whether the trusted issuer decides how this person signs in. */
  async isIssuers(db: DbHandle, userId: string): Promise<boolean> {
    const { trustedIssuer } = this.#deps
    if (trustedIssuer === undefined) return false
    return (await listIdentities(db, userId)).some(({ issuer }) => issuer === trustedIssuer)
  }

  /** When the account of whoever this is was last deleted, in milliseconds since 1970, as long as it
   *  is remembered. */
  async erasedAt(db: DbHandle, assertion: Assertion): Promise<number | undefined> {
    const at = await findErased(db, this.#hash(assertion))
    return at === undefined ? undefined : Date.parse(at)
  }

  async accountEnded(tx: Transaction, userId: string, reason: EndReason): Promise<void> {
    if (reason !== 'deleted') return
    const gone = await deleteIdentitiesOf(tx, userId)
    if (gone.length === 0) return
    const hashes = gone.map((identity) => this.#hash(identity))
    await insertErased(tx, hashes, timestamp(this.#deps.clock))
    for (const identity of gone) await deleteTicketsAbout(tx, identity)
  }

  async purge(): Promise<void> {
    const { db, clock } = this.#deps
    await deleteErasedBefore(db, new Date(clock.now() - erasedRemembered).toISOString())
  }

  async #add(tx: Transaction, userId: string, assertion: Assertion): Promise<void> {
    try {
      if (await this.add(tx, userId, assertion)) return
    } catch (error) {
      if (violatedConstraint(error) !== 'identities_user_key') throw error
      throw new AppError('identity_taken', {
        reason: 'your account is linked to another identity of this provider; unlink that first',
      })
    }
    throw new AppError('identity_taken')
  }

  /** Subjects are easily guessed: without the key nobody can try them. */
  #hash({ issuer, subject }: { issuer: string; subject: string }): Buffer {
    const named = `erased identity\0${issuer}\0${subject}`
    return createHmac('sha256', this.#deps.keys.refreshKey).update(named).digest()
  }

  #shown(row: IdentityRow): Identity {
    const { id, issuer, subject, email, displayName, createdAt, lastUsedAt } = row
    const provider = this.#deps.providers.get(issuer) ?? null
    return { id, issuer, provider, subject, email, displayName, createdAt, lastUsedAt }
  }

  async #record(
    tx: Transaction,
    userId: string,
    action: 'identity.linked' | 'identity.unlinked',
    { id: identityId, issuer }: IdentityRow,
  ): Promise<void> {
    const who = { actorId: userId, subjectId: userId }
    await this.#deps.audit.record(tx, { ...who, action, detail: { identityId, issuer } })
  }
}

function said({
  email = null,
  displayName = null,
}: Partial<Pick<IdentityRow, 'email' | 'displayName'>>) {
  return { email, displayName }
}
