import { randomInt } from 'node:crypto'
import { AppError } from '../contract/error-codes.ts'
import { timestamp } from '../infra/clock.ts'
import type { Clock } from '../infra/clock.ts'
import type { Database, DbHandle, Transaction } from '../infra/db.ts'
import type { Account } from '../user/account.ts'
import type { AccountEnd, EndReason } from '../user/account-end.ts'
import type { UserAccounts } from '../user/accounts.ts'
import type { AuditAction, AuditLog } from '../user/audit-log.ts'
import { hashOf } from './secret.ts'
import { newTotpSecret, totpStep, totpUri } from './totp.ts'
import {
  advanceFactor,
  countRecoveryCodes,
  deleteFactor,
  findFactor,
  putFactor,
  replaceRecoveryCodes,
  useRecoveryCode,
} from './two-factor-queries.ts'
import type { TotpFactor } from './two-factor-queries.ts'

/** Letters and digits nobody mistakes for one another. */
const letters = 'abcdefghjkmnpqrstuvwxyz23456789'
const codesAtOnce = 10

interface TwoFactorDeps {
  db: Database
  clock: Clock
  accounts: UserAccounts
  audit: AuditLog
  /** What authenticators call this server. */
  issuer: string
}

/** Codes of an authenticator (TOTP), and recovery codes for the day it is lost. Locks: the person's
 *  row first, so that of two uses of one code at once, one is refused. */
export class TwoFactor implements AccountEnd {
  readonly #deps: TwoFactorDeps

  constructor(deps: TwoFactorDeps) {
    this.#deps = deps
  }

  async status(userId: string): Promise<{ enabled: boolean; recoveryCodesLeft: number }> {
    const { db } = this.#deps
    const factor = await findFactor(db, userId)
    return {
      enabled: factor?.confirmed ?? false,
      recoveryCodesLeft: await countRecoveryCodes(db, userId),
    }
  }

  /** A new secret, asked for at no sign-in before `confirm`. AppError `two_factor_on`. */
  async begin(userId: string): Promise<{ secret: string; uri: string }> {
    const { clock, issuer } = this.#deps
    return this.#locked(userId, async (tx, { username }) => {
      if ((await findFactor(tx, userId))?.confirmed) throw new AppError('two_factor_on')
      const secret = newTotpSecret()
      await putFactor(tx, userId, secret, timestamp(clock))
      return { secret, uri: totpUri(secret, issuer, username) }
    })
  }

  /** Turns it on; returns the recovery codes. AppError `two_factor_on`, `two_factor_off` where it
   *  was not begun, `invalid_code`. */
  async confirm(userId: string, code: string): Promise<string[]> {
    return this.#locked(userId, async (tx) => {
      const factor = await getFactor(tx, userId)
      if (factor.confirmed) throw new AppError('two_factor_on')
      if (!(await this.#takeTotp(tx, userId, factor, code))) throw new AppError('invalid_code')
      await this.#record(tx, userId, 'two_factor.enabled')
      return this.#newRecoveryCodes(tx, userId)
    })
  }

  /** New recovery codes; the old ones end. AppError `two_factor_off`, `invalid_code`. */
  async renewRecoveryCodes(userId: string, code: string): Promise<string[]> {
    return this.#locked(userId, async (tx) => {
      await this.#requireOn(tx, userId, code)
      await this.#record(tx, userId, 'two_factor.codes_renewed')
      return this.#newRecoveryCodes(tx, userId)
    })
  }

  /** AppError `two_factor_off`, `invalid_code`. */
  async disable(userId: string, code: string): Promise<void> {
    await this.#locked(userId, async (tx) => {
      await this.#requireOn(tx, userId, code)
      await this.remove(tx, userId)
    })
  }

  /** Takes a code before something grave. AppError `two_factor_off`, `invalid_code`. */
  async prove(userId: string, code: string): Promise<void> {
    await this.#locked(userId, (tx) => this.#requireOn(tx, userId, code))
  }

  /** Without a code, for whoever may decide that; returns whether it was on. The caller holds the
   *  person's row locked. */
  async remove(tx: Transaction, userId: string, actorId = userId): Promise<boolean> {
    const wasOn = await this.isOn(tx, userId)
    await deleteFactor(tx, userId)
    const { audit } = this.#deps
    if (wasOn) await audit.record(tx, { action: 'two_factor.disabled', actorId, subjectId: userId })
    return wasOn
  }

  async isOn(db: DbHandle, userId: string): Promise<boolean> {
    return (await findFactor(db, userId))?.confirmed ?? false
  }

  /** At a sign-in, its person's row locked: takes the code, once. AppError `two_factor_required`
   *  where it is on and there is none, `invalid_code`. */
  async pass(tx: Transaction, userId: string, code: string | undefined): Promise<void> {
    const factor = await findFactor(tx, userId)
    if (!factor?.confirmed) return
    if (code === undefined) throw new AppError('two_factor_required')
    if (!(await this.#take(tx, userId, factor, code))) throw new AppError('invalid_code')
  }

  async accountEnded(tx: Transaction, userId: string, reason: EndReason): Promise<void> {
    if (reason === 'deleted') await deleteFactor(tx, userId)
  }

  async #requireOn(tx: Transaction, userId: string, code: string): Promise<void> {
    const factor = await getFactor(tx, userId)
    if (!factor.confirmed) throw new AppError('two_factor_off')
    if (!(await this.#take(tx, userId, factor, code))) throw new AppError('invalid_code')
  }

  async #take(tx: Transaction, userId: string, factor: TotpFactor, code: string) {
    if (/^\d{6}$/.test(code.trim())) return this.#takeTotp(tx, userId, factor, code)
    return useRecoveryCode(tx, userId, hashOf(normalised(code)))
  }

  async #takeTotp(tx: Transaction, userId: string, factor: TotpFactor, code: string) {
    const { clock } = this.#deps
    const range = { now: clock.now(), after: factor.lastStep }
    const step = totpStep(factor.secret, code.trim(), range)
    if (step === undefined) return false
    await advanceFactor(tx, userId, step, timestamp(clock))
    return true
  }

  async #newRecoveryCodes(tx: Transaction, userId: string): Promise<string[]> {
    const codes = Array.from({ length: codesAtOnce }, newRecoveryCode)
    const hashes = codes.map((code) => hashOf(normalised(code)))
    await replaceRecoveryCodes(tx, userId, hashes)
    return codes
  }

  async #record(tx: Transaction, userId: string, action: AuditAction): Promise<void> {
    await this.#deps.audit.record(tx, { action, actorId: userId, subjectId: userId })
  }

  async #locked<T>(
    userId: string,
    work: (tx: Transaction, account: Account) => Promise<T>,
  ): Promise<T> {
    const { db, accounts } = this.#deps
    return db.transaction(async (tx) => {
      const account = await accounts.lock(tx, userId)
      if (!account) throw new AppError('unauthenticated')
      return work(tx, account)
    })
  }
}

async function getFactor(tx: Transaction, userId: string): Promise<TotpFactor> {
  const factor = await findFactor(tx, userId)
  if (!factor) throw new AppError('two_factor_off')
  return factor
}

/** abcde-fghjk-mnpqr: 74 bits. */
function newRecoveryCode(): string {
  const five = () =>
    Array.from({ length: 5 }, () => letters.charAt(randomInt(letters.length))).join('')
  return [five(), five(), five()].join('-')
}

/** However it was typed. */
function normalised(code: string): string {
  return code.toLowerCase().replaceAll(/[^a-z\d]/g, '')
}
