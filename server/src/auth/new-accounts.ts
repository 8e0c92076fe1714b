import type { Database, Transaction } from '../infra/db.ts'
import type { NewAccount } from '../user/account.ts'
import type { UserAccounts } from '../user/accounts.ts'
import type { AuditLog } from '../user/audit-log.ts'
import type { UserDirectory } from '../user/directory.ts'
import { cleanDisplayName } from '../user/display-name.ts'
import type { OwnUser } from '../user/schema.ts'
import type { Passwords } from './passwords.ts'

interface NewAccountsDeps {
  db: Database
  accounts: UserAccounts
  directory: UserDirectory
  audit: AuditLog
  passwords: Passwords
}

type Wanted = Pick<NewAccount, 'username' | 'email' | 'role'> & {
  displayName?: string | undefined
}

/** Makes accounts, whoever asked for them. */
export class NewAccounts {
  readonly #deps: NewAccountsDeps

  constructor(deps: NewAccountsDeps) {
    this.#deps = deps
  }

  /** Refuses what `create` would refuse, before anyone spends time on hashing a password. AppError
   *  `username_taken`, `email_taken`. */
  async requireFree({ username, email }: Wanted): Promise<void> {
    const { db, accounts } = this.#deps
    await accounts.requireFree(db, username.toLowerCase(), email)
  }

  /** What will be stored. AppError `invalid_request` and those of `Passwords.hashNew`. */
  async prepare(
    { username, email, role, displayName }: Wanted,
    password: string,
  ): Promise<NewAccount & { passwordHash: string }> {
    return {
      username: username.toLowerCase(),
      email,
      role,
      displayName: cleanDisplayName(displayName ?? username),
      passwordHash: await this.#deps.passwords.hashNew(password),
    }
  }

  /** AppError `username_taken`, `email_taken`. `detail` is for the audit log. */
  async create(
    tx: Transaction,
    account: NewAccount,
    detail: Readonly<Record<string, unknown>> = {},
  ): Promise<OwnUser> {
    const { accounts, directory, audit } = this.#deps
    const id = await accounts.create(tx, account)
    await audit.record(tx, { action: 'user.registered', actorId: id, subjectId: id, detail })
    return directory.getOwnUser(tx, id)
  }
}
