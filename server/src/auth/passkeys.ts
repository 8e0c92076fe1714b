import { uuidv7 } from 'uuidv7'
import { decodeCursor } from '../contract/cursor.ts'
import { AppError } from '../contract/error-codes.ts'
import { pageOf } from '../contract/page.ts'
import type { PageRequest } from '../contract/page.ts'
import { defaultLimit } from '../contract/schema.ts'
import { timestamp } from '../infra/clock.ts'
import type { Clock } from '../infra/clock.ts'
import type { Database, Transaction } from '../infra/db.ts'
import type { AccountEnd, EndReason } from '../user/account-end.ts'
import type { UserAccounts } from '../user/accounts.ts'
import type { AuditLog } from '../user/audit-log.ts'
import { challengeLifetime } from './passkey-challenges.ts'
import type { PasskeyChallenges } from './passkey-challenges.ts'
import {
  deleteChallengesOf,
  deletePasskeys,
  insertPasskey,
  listCredentials,
  listPasskeys,
  renamePasskey,
} from './passkey-queries.ts'
import type { NewPasskey, Passkey, PasskeyCreationOptions } from './passkey-schema.ts'
import { passkeyAlgorithms, userHandleOf } from './relying-party.ts'
import type { RelyingParty } from './relying-party.ts'
import { requireWayIn } from './ways-in.ts'

/** Passkeys a person has at once. */
const most = 20

interface PasskeysDeps {
  db: Database
  clock: Clock
  accounts: UserAccounts
  audit: AuditLog
  challenges: PasskeyChallenges
  party: RelyingParty
}

/** The keys of somebody's devices that sign in without a password. Locks: the person's row first. */
export class Passkeys implements AccountEnd {
  readonly #deps: PasskeysDeps

  constructor(deps: PasskeysDeps) {
    this.#deps = deps
  }

  /** What the browser needs to make one. The caller has seen a fresh proof of who asks. */
  async begin(userId: string): Promise<PasskeyCreationOptions> {
    const { db, accounts, challenges, party } = this.#deps
    const account = await accounts.findById(db, userId)
    if (!account) throw new AppError('unauthenticated')
    const { username: name } = account
    const type = 'public-key'
    const known = await listCredentials(db, userId)
    return {
      rp: { id: party.id, name: party.id },
      user: { id: userHandleOf(userId), name, displayName: name },
      challenge: await challenges.issue(userId),
      pubKeyCredParams: passkeyAlgorithms.map((alg) => ({ type, alg })),
      timeout: challengeLifetime,
      excludeCredentials: known.map(({ credentialId, transports }) => ({
        id: credentialId.toString('base64url'),
        type,
        transports,
      })),
      authenticatorSelection: {
        residentKey: 'required',
        requireResidentKey: true,
        userVerification: 'required',
      },
      attestation: 'none',
    }
  }

  /** AppError `invalid_passkey`, `passkey_taken`, `passkey_limit`. */
  async add(userId: string, { credential, name }: NewPasskey): Promise<Passkey> {
    const { db, clock, accounts, audit, challenges, party } = this.#deps
    const challenge = await challenges.take(credential.response.clientDataJSON, userId)
    const made = await party.readAttestation(credential, challenge)
    const [id, at] = [uuidv7(), timestamp(clock)]
    await db.transaction(async (tx) => {
      const account = await accounts.lock(tx, userId)
      if (account?.status !== 'active') throw new AppError('unauthenticated')
      if ((await listCredentials(tx, userId)).length >= most) throw new AppError('passkey_limit')
      const isNew = await insertPasskey(tx, { ...made, id, userId, name, at })
      if (!isNew) throw new AppError('passkey_taken')
      const [who, detail] = [
        { actorId: userId, subjectId: userId },
        { passkeyId: id, name },
      ]
      await audit.record(tx, { ...who, action: 'passkey.added', detail })
    })
    return { id, name, backedUp: made.backedUp, createdAt: at, lastUsedAt: null }
  }

  /** Newest first. */
  async list(userId: string, { limit = defaultLimit, cursor }: PageRequest) {
    const before = cursor === undefined ? null : String(decodeCursor(cursor, ['id'])[0])
    const rows = await listPasskeys(this.#deps.db, userId, { before, limit: limit + 1 })
    return pageOf(rows, limit, ({ id }) => [id])
  }

  /** AppError `passkey_not_found`. */
  async rename(userId: string, passkeyId: string, name: string): Promise<Passkey> {
    const renamed = await renamePasskey(this.#deps.db, userId, passkeyId, name)
    if (!renamed) throw new AppError('passkey_not_found')
    return renamed
  }

  /** Nobody signs in with it any more; sessions it began go on. AppError `passkey_not_found`,
   *  `last_way_in`. */
  async remove(userId: string, passkeyId: string): Promise<void> {
    await this.#deps.db.transaction(async (tx) => {
      const account = await this.#deps.accounts.lock(tx, userId)
      const removed = await this.#remove(tx, userId, passkeyId)
      if (!account || removed.length === 0) throw new AppError('passkey_not_found')
      await requireWayIn(tx, account)
    })
  }

  /** All of this person's, also those being made: somebody else may have added or may hold them.
   *  Returns whether there was one. */
  async removeAll(tx: Transaction, userId: string, actorId = userId): Promise<boolean> {
    const removed = await this.#remove(tx, userId, null, actorId)
    await deleteChallengesOf(tx, userId)
    return removed.length > 0
  }

  async accountEnded(tx: Transaction, userId: string, reason: EndReason): Promise<void> {
    if (reason === 'deleted') await this.removeAll(tx, userId)
  }

  async #remove(tx: Transaction, userId: string, only: string | null, actorId = userId) {
    const { accounts, audit } = this.#deps
    await accounts.lock(tx, userId)
    const passkeyIds = await deletePasskeys(tx, userId, only)
    if (passkeyIds.length > 0) {
      const who = { actorId, subjectId: userId }
      await audit.record(tx, { ...who, action: 'passkey.removed', detail: { passkeyIds } })
    }
    return passkeyIds
  }
}
