import { AppError } from '../contract/error-codes.ts'
import type { DbHandle, Transaction } from '../infra/db.ts'
import { Overtaken } from '../infra/db-errors.ts'
import type { NewAccount } from '../user/account.ts'
import type { UserAccounts } from '../user/accounts.ts'
import type { Assertion } from './identity-assertion.ts'
import type { Identities } from './identities.ts'
import { usernameFrom, withNumber } from './identity-username.ts'
import type { NewAccounts } from './new-accounts.ts'

interface IdentityNewcomersDeps {
  accounts: UserAccounts
  newAccounts: NewAccounts
  identities: Identities
}

/** Accounts for people somebody else vouches for. */
export class IdentityNewcomers {
  readonly #deps: IdentityNewcomersDeps

  constructor(deps: IdentityNewcomersDeps) {
    this.#deps = deps
  }

  /** The new account's id. Where others are faster, with the name, the address or this very person,
   *  the transaction runs again. `detail` is for the audit log. */
  async create(
    tx: Transaction,
    assertion: Assertion,
    detail: Readonly<Record<string, unknown>>,
  ): Promise<string> {
    const { accounts, newAccounts, identities } = this.#deps
    const account = await this.#accountFor(tx, assertion)
    try {
      const { id } = await newAccounts.create(tx, account, { issuer: assertion.issuer, ...detail })
      if (!(await identities.add(tx, id, assertion))) throw new Overtaken()
      if (account.email !== null && assertion.emailVerified) {
        await accounts.setEmail(tx, id, account.email)
      }
      return id
    } catch (error) {
      if (error instanceof AppError && error.code.endsWith('_taken')) throw new Overtaken()
      throw error
    }
  }

  async #accountFor(db: DbHandle, assertion: Assertion): Promise<NewAccount> {
    const { username: name, email, displayName } = assertion
    const wanted = usernameFrom([name?.split('@')[0], email?.split('@')[0], displayName])
    const taken = await this.#deps.accounts.findTaken(db, wanted, email ?? null)
    return {
      username: taken.username ? withNumber(wanted) : wanted,
      // An account is never found by its address: whoever has it keeps it.
      email: email === undefined || taken.email ? null : email,
      passwordHash: null,
      displayName: displayName ?? wanted,
      role: 'user',
    }
  }
}
