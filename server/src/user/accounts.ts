import { uuidv7 } from 'uuidv7'
import { AppError } from '../contract/error-codes.ts'
import { timestamp } from '../infra/clock.ts'
import type { Clock } from '../infra/clock.ts'
import type { DbHandle, Transaction } from '../infra/db.ts'
import { violatedConstraint } from '../infra/db-errors.ts'
import type { Account, NewAccount, Newcomer } from './account.ts'
import {
  findAccountById,
  findAccountByLogin,
  findTaken,
  insertNewcomers,
  insertUser,
  listExisting,
  lockAccount,
  updateDisplayName,
  updatePasswordHash,
  updateVerifiedEmail,
} from './account-queries.ts'

/** Accounts as the auth service sees them: who exists, and with which password. */
export class UserAccounts {
  readonly #clock: Clock
  /** PASSWORDS. Where it is off nobody has one: what is stored waits until it is on again. */
  readonly havePasswords: boolean

  constructor({ clock, passwords }: { clock: Clock; passwords: boolean }) {
    this.#clock = clock
    this.havePasswords = passwords
  }

  /** Returns the new id. AppError `username_taken`, `email_taken`. */
  async create(tx: Transaction, account: NewAccount): Promise<string> {
    const id = uuidv7()
    try {
      await insertUser(tx, { ...account, id }, timestamp(this.#clock))
    } catch (error) {
      throw takenOr(error)
    }
    return id
  }

  /** Adds people nobody signs in as, under ids made from where they come from: who is there
   *  stays as she is, and whose username belongs to someone else is left out. Returns who exists
   *  now, and whether her account was deleted since. */
  async addAll(
    tx: Transaction,
    people: readonly Newcomer[],
  ): Promise<{ id: string; deleted: boolean }[]> {
    await insertNewcomers(tx, people, timestamp(this.#clock))
    return listExisting(
      tx,
      people.map(({ id }) => id),
    )
  }

  async findTaken(db: DbHandle, username: string, email: string | null) {
    return findTaken(db, username, email)
  }

  /** Refuses what `create` would refuse, before anyone spends time on hashing a password. */
  async requireFree(db: DbHandle, username: string, email: string | null): Promise<void> {
    const taken = await findTaken(db, username, email)
    if (taken.username) throw new AppError('username_taken')
    if (taken.email) throw new AppError('email_taken')
  }

  /** By username or e-mail address, in any case; deleted accounts have neither. */
  async findByLogin(db: DbHandle, login: string): Promise<Account | undefined> {
    return this.#seen(await findAccountByLogin(db, login))
  }

  async findByEmail(db: DbHandle, email: string): Promise<Account | undefined> {
    return email.includes('@') ? this.findByLogin(db, email) : undefined
  }

  async findById(db: DbHandle, id: string): Promise<Account | undefined> {
    return this.#seen(await findAccountById(db, id))
  }

  /** Locks the row until the transaction ends; after rooms, before sessions (L1). */
  async lock(tx: Transaction, id: string): Promise<Account | undefined> {
    return this.#seen(await lockAccount(tx, id))
  }

  async setPasswordHash(tx: Transaction, id: string, hash: string): Promise<void> {
    await updatePasswordHash(tx, id, hash)
  }

  /** What somebody else who knows this person calls her now. */
  async setDisplayName(tx: Transaction, id: string, displayName: string): Promise<void> {
    await updateDisplayName(tx, id, displayName, timestamp(this.#clock))
  }

  /** An address this person has proved to be hers. AppError `email_taken`. */
  async setEmail(tx: Transaction, id: string, email: string): Promise<void> {
    try {
      await updateVerifiedEmail(tx, id, email, timestamp(this.#clock))
    } catch (error) {
      throw takenOr(error)
    }
  }

  #seen(account: Account | undefined): Account | undefined {
    return account && !this.havePasswords ? { ...account, passwordHash: null } : account
  }
}

function takenOr(error: unknown): unknown {
  const constraint = violatedConstraint(error)
  if (constraint === 'users_username_key') return new AppError('username_taken')
  if (constraint === 'users_email_key') return new AppError('email_taken')
  return error
}
