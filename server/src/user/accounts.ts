import { uuidv7 } from 'uuidv7'
import type { ServerRole } from '../contract/caller.ts'
import { AppError } from '../contract/error-codes.ts'
import { timestamp } from '../infra/clock.ts'
import type { Clock } from '../infra/clock.ts'
import type { DbHandle, Transaction } from '../infra/db.ts'
import { violatedConstraint } from '../infra/db-errors.ts'
import {
  findAccountById,
  findAccountByLogin,
  findTaken,
  insertUser,
  lockAccount,
  updatePasswordHash,
} from './account-queries.ts'
import type { AccountStatus } from './schema.ts'

export interface NewAccount {
  /** In lower case. */
  username: string
  email: string | null
  /** null: nobody can log in with a password. */
  passwordHash: string | null
  displayName: string
  role: ServerRole
}

/** What signing in needs to know of a person. */
export interface Account {
  id: string
  username: string
  passwordHash: string | null
  role: ServerRole
  status: AccountStatus
  statusReason: string | null
}

/** Accounts as the auth service sees them: who exists, and with which password. */
export class UserAccounts {
  readonly #clock: Clock

  constructor({ clock }: { clock: Clock }) {
    this.#clock = clock
  }

  /** Returns the new id. AppError `username_taken`, `email_taken`. */
  async create(tx: Transaction, account: NewAccount): Promise<string> {
    const id = uuidv7()
    try {
      await insertUser(tx, { ...account, id }, timestamp(this.#clock))
    } catch (error) {
      const constraint = violatedConstraint(error)
      if (constraint === 'users_username_key') throw new AppError('username_taken')
      if (constraint === 'users_email_key') throw new AppError('email_taken')
      throw error
    }
    return id
  }

  /** Refuses what `create` would refuse, before anyone spends time on hashing a password. */
  async requireFree(db: DbHandle, username: string, email: string | null): Promise<void> {
    const taken = await findTaken(db, username, email)
    if (taken.username) throw new AppError('username_taken')
    if (taken.email) throw new AppError('email_taken')
  }

  /** By username or e-mail address, in any case; deleted accounts have neither. */
  async findByLogin(db: DbHandle, login: string): Promise<Account | undefined> {
    return findAccountByLogin(db, login)
  }

  async findById(db: DbHandle, id: string): Promise<Account | undefined> {
    return findAccountById(db, id)
  }

  /** Locks the row until the transaction ends; after rooms, before sessions (L1). */
  async lock(tx: Transaction, id: string): Promise<Account | undefined> {
    return lockAccount(tx, id)
  }

  /** Replaces the password that was `from`; nothing happens where it has changed meanwhile. */
  async setPasswordHash(
    db: DbHandle,
    id: string,
    change: { from: string | null; to: string },
  ): Promise<void> {
    await updatePasswordHash(db, id, change)
  }
}
