import { AppError } from '../contract/error-codes.ts'
import type { Database } from '../infra/db.ts'
import type { CodeGuard } from './code-guard.ts'
import type { Passwords } from './passwords.ts'
import type { TwoFactor } from './two-factor.ts'

interface FreshProofDeps {
  db: Database
  passwords: Passwords
  twoFactor: TwoFactor
  codeGuard: CodeGuard
}

/** Who asks is who she says, now and not only when she signed in. */
export class FreshProof {
  readonly #deps: FreshProofDeps

  constructor(deps: FreshProofDeps) {
    this.#deps = deps
  }

  /** A code where two-factor is on, else the password, where the account has one. AppError
   *  `two_factor_required`, `invalid_code`, `invalid_credentials`, `rate_limited`, `overloaded`. */
  async require(
    userId: string,
    { currentPassword, code }: { currentPassword?: string; code?: string },
    address: string,
  ): Promise<void> {
    const { db, passwords, twoFactor, codeGuard } = this.#deps
    if (!(await twoFactor.isOn(db, userId))) {
      return passwords.requireCurrent(userId, currentPassword, address)
    }
    // The password would lead around the second factor: a passkey signs in without a code.
    if (code === undefined) throw new AppError('two_factor_required')
    await codeGuard.run(userId, address, () => twoFactor.prove(userId, code))
  }
}
