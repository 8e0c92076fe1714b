import { AppError } from '../contract/error-codes.ts'
import { timestamp } from '../infra/clock.ts'
import type { Clock } from '../infra/clock.ts'
import type { Database, DbHandle, Transaction } from '../infra/db.ts'
import type { AccountEnd } from '../user/account-end.ts'
import {
  countMailTokens,
  deleteExpiredMailTokens,
  deleteMailToken,
  deleteMailTokensOf,
  findMailToken,
  insertMailToken,
} from './mail-token-queries.ts'
import type { MailProof, MailPurpose } from './mail-token-queries.ts'
import { hashOf, newSecret } from './secret.ts'

const hour = 3_600_000
/** How long a link in a mail is good, in milliseconds. */
export const mailTokenLifetime: Record<MailPurpose, number> = {
  verify_email: 72 * hour,
  reset_password: hour,
}
/** Mails of one kind that one person can cause in an hour. */
const hourly = 5

interface MailTokensDeps {
  db: Database
  clock: Clock
}

/** The secrets in mails: for one purpose, one use, one address and a limited time. */
export class MailTokens implements AccountEnd {
  readonly #deps: MailTokensDeps

  constructor(deps: MailTokensDeps) {
    this.#deps = deps
  }

  /** Undefined where this person has caused enough of these mails for now. The caller holds her
   *  row locked. */
  async issue(
    tx: Transaction,
    purpose: MailPurpose,
    proof: MailProof,
  ): Promise<string | undefined> {
    const now = this.#deps.clock.now()
    const since = new Date(now - hour).toISOString()
    if ((await countMailTokens(tx, proof.userId, purpose, since)) >= hourly) return undefined
    const token = newSecret()
    const expiresAt = new Date(now + mailTokenLifetime[purpose]).toISOString()
    const at = new Date(now).toISOString()
    await insertMailToken(tx, { ...proof, purpose, hash: hashOf(token), at, expiresAt })
    return token
  }

  /** What the token proves; it stays good. AppError `invalid_token`. */
  async read(db: DbHandle, purpose: MailPurpose, token: string): Promise<MailProof> {
    const at = timestamp(this.#deps.clock)
    const proof = await findMailToken(db, hashOf(token), purpose, at)
    if (!proof) throw new AppError('invalid_token')
    return proof
  }

  /** Uses a token that was read in this transaction, once; the caller holds the person's row
   *  locked. AppError `invalid_token` where another request was faster. */
  async use(tx: Transaction, token: string): Promise<void> {
    if (!(await deleteMailToken(tx, hashOf(token)))) throw new AppError('invalid_token')
  }

  /** Those of one purpose, or all: their reason is gone. */
  async forget(tx: Transaction, userId: string, purpose?: MailPurpose): Promise<void> {
    await deleteMailTokensOf(tx, userId, purpose ?? null)
  }

  async accountEnded(tx: Transaction, userId: string): Promise<void> {
    await deleteMailTokensOf(tx, userId, null)
  }

  async purge(): Promise<void> {
    await deleteExpiredMailTokens(this.#deps.db, timestamp(this.#deps.clock))
  }
}
