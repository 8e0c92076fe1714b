import { AppError } from '../contract/error-codes.ts'
import { timestamp } from '../infra/clock.ts'
import type { Clock } from '../infra/clock.ts'
import type { Database, Transaction } from '../infra/db.ts'
import type { Mail } from '../infra/mail.ts'
import type { MailQueue } from '../infra/mail-queue.ts'
import type { AccountEnd, EndReason } from '../user/account-end.ts'
import type { UserAccounts } from '../user/accounts.ts'
import { accountExistsMail, registrationMail, usernameTakenMail } from './mails.ts'
import type { NewAccounts } from './new-accounts.ts'
import {
  countPendingAlone,
  deleteExpiredPending,
  deletePendingFor,
  insertPending,
  takePending,
} from './pending-queries.ts'
import type { PendingAccount } from './pending-queries.ts'
import type { Passwords } from './passwords.ts'
import type { Registration } from './schema.ts'
import { hashOf, newSecret } from './secret.ts'

const hour = 3_600_000
/** How long an account waits for its address, in milliseconds. */
const waiting = 72 * hour
/** Mails to one address in an hour. */
const hourly = 5

interface PendingRegistrationsDeps {
  db: Database
  clock: Clock
  accounts: UserAccounts
  passwords: Pick<Passwords, 'requireTaken'>
  newAccounts: NewAccounts
  mail: Pick<MailQueue, 'add'>
  /** Where links in mails lead. */
  publicUrl: string
}

/** Accounts that begin with a proved address, where REGISTRATION is `verified`. Whether a name or
 *  an address is taken, only whoever reads the mail is told. */
export class PendingRegistrations implements AccountEnd {
  readonly #deps: PendingRegistrationsDeps

  constructor(deps: PendingRegistrationsDeps) {
    this.#deps = deps
  }

  /** Takes the same time for names that are taken. AppError: those of `Passwords.hashNew`. */
  async add(input: Registration): Promise<void> {
    const { newAccounts, mail } = this.#deps
    const wanted = { ...input, role: 'user' } as const
    const account = await newAccounts.prepare(wanted, input.password)
    mail.add(() => this.#keep({ ...account, email: input.email }))
  }

  /** Makes the account. AppError `passwords_off`, `invalid_token`; `username_taken`, `email_taken`
   *  where someone was faster. */
  async confirm(token: string): Promise<void> {
    const { db, clock, accounts, passwords, newAccounts } = this.#deps
    passwords.requireTaken()
    await db.transaction(async (tx) => {
      const account = await takePending(tx, hashOf(token), timestamp(clock))
      if (!account) throw new AppError('invalid_token')
      const { id } = await newAccounts.create(tx, { ...account, role: 'user' })
      await accounts.setEmail(tx, id, account.email)
    })
  }

  /** What waits for the address of a deleted person, where she had proved that it is hers. */
  async accountEnded(tx: Transaction, userId: string, reason: EndReason): Promise<void> {
    const account = await this.#deps.accounts.findById(tx, userId)
    if (reason !== 'deleted' || !account?.emailVerified || account.email === null) return
    await deletePendingFor(tx, account.email)
  }

  async purge(): Promise<void> {
    await deleteExpiredPending(this.#deps.db, timestamp(this.#deps.clock))
  }

  async #keep(account: PendingAccount): Promise<Mail | undefined> {
    const { db, clock, accounts, publicUrl } = this.#deps
    const { email: to, username } = account
    const now = clock.now()
    const token = newSecret()
    const timeAt = (ms: number): string => new Date(ms).toISOString()
    const times = { at: timeAt(now), expiresAt: timeAt(now + waiting) }
    const isKept = await db.transaction(async (tx) => {
      if ((await countPendingAlone(tx, to, timeAt(now - hour))) >= hourly) return false
      await insertPending(tx, account, { hash: hashOf(token), ...times })
      return true
    })
    if (!isKept) return undefined
    const taken = await accounts.findTaken(db, username, to)
    if (taken.email) return accountExistsMail({ to, publicUrl })
    if (taken.username) return usernameTakenMail({ to, username, publicUrl })
    return registrationMail({ to, username, publicUrl, token })
  }
}
