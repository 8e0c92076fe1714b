import type { Caller } from '../contract/caller.ts'
import { AppError } from '../contract/error-codes.ts'
import { addressKey } from '../http/middleware/rate-limit.ts'
import type { Database, Transaction } from '../infra/db.ts'
import type { MailQueue } from '../infra/mail-queue.ts'
import type { Account } from '../user/account.ts'
import type { UserAccounts } from '../user/accounts.ts'
import type { AuditLog } from '../user/audit-log.ts'
import type { Identities } from './identities.ts'
import type { LoginDelays } from './login-delays.ts'
import type { MailTokens } from './mail-tokens.ts'
import { passwordChangedMail } from './mails.ts'
import type { Passkeys } from './passkeys.ts'
import type { PasswordHasher } from './password-hasher.ts'
import { normalisePassword } from './password-policy.ts'
import type { PasswordPolicy } from './password-policy.ts'
import type { PersonalTokens } from './personal-tokens.ts'
import type { PasswordChange } from './schema.ts'
import type { Sessions } from './sessions.ts'

interface PasswordsDeps {
  db: Database
  accounts: UserAccounts
  audit: AuditLog
  sessions: Sessions
  mailTokens: MailTokens
  personalTokens: PersonalTokens
  passkeys: Passkeys
  identities: Pick<Identities, 'removeAll'>
  mail: Pick<MailQueue, 'add'>
  hasher: PasswordHasher
  policy: PasswordPolicy
  delays: LoginDelays
}

interface Guess {
  /** Whose failures are counted: what was typed as login, known or not. */
  key: string
  account: Account | undefined
  password: string
  address: string
}

/** Whoever is asked about while nobody is meant: as much work as for somebody. */
const nobody = '00000000-0000-0000-0000-000000000000'

/** Passwords: judged, checked, changed. */
export class Passwords {
  readonly #deps: PasswordsDeps

  constructor(deps: PasswordsDeps) {
    this.#deps = deps
  }

  /** Whether this server takes any. */
  get areTaken(): boolean {
    return this.#deps.accounts.havePasswords
  }

  /** First of all, wherever one is given or asked for. AppError `passwords_off`. */
  requireTaken(): void {
    if (!this.areTaken) throw new AppError('passwords_off')
  }

  /** AppError `overloaded` where no hash more can be waited for. */
  requireRoom(): void {
    this.#deps.hasher.requireRoom()
  }

  /** The hash of a new password. AppError `passwords_off`, `weak_password`, `password_too_long`,
   *  `overloaded`. */
  async hashNew(password: string): Promise<string> {
    this.requireTaken()
    return this.#deps.hasher.hash(this.#deps.policy.accept(password))
  }

  /** Whether the password is this account's; takes as long where there is none. AppError
   *  `rate_limited` where a wait is due, `overloaded`. */
  async check({ key, account, password, address }: Guess): Promise<boolean> {
    const { delays, hasher } = this.#deps
    const isKnownHere = () => this.isKnownAt(account?.id ?? nobody, address)
    return delays.guard({ account: key, address, isKnownHere }, () =>
      hasher.verify(normalisePassword(password), account?.passwordHash ?? null),
    )
  }

  /** Whether this person has signed in from there before. */
  async isKnownAt(userId: string, address: string): Promise<boolean> {
    const { sessions, db } = this.#deps
    const known = await sessions.listAddresses(db, userId)
    return known.some((one) => addressKey(one) === addressKey(address))
  }

  /** Where the cost has risen since this hash was made: the same password's new one. */
  async rehash(hash: string, password: string): Promise<string> {
    const { hasher } = this.#deps
    return hasher.needsRehash(hash) ? hasher.hash(normalisePassword(password)) : hash
  }

  /** What a signed-in person must say before something grave. Returns her account as it was then.
   *  AppError `invalid_credentials` and those of `check`. */
  async checkCurrent(userId: string, password: string, address: string): Promise<Account> {
    const { db, accounts } = this.#deps
    const account = await accounts.findById(db, userId)
    const right = await this.check({ key: `user ${userId}`, account, password, address })
    if (!right || !account) throw wrongCurrent()
    return account
  }

  /** The same where the account has a password. */
  async requireCurrent(userId: string, password: string | undefined, address: string) {
    const account = await this.#deps.accounts.findById(this.#deps.db, userId)
    if (account?.passwordHash === null) return
    if (password === undefined) {
      throw new AppError('invalid_credentials', { reason: 'the current password is needed' })
    }
    await this.checkCurrent(userId, password, address)
  }

  /** Ends all other sessions. AppError `invalid_credentials` and those of `hashNew`, `check`. */
  async change(caller: Caller, change: PasswordChange, address: string): Promise<void> {
    const { db, accounts, audit, sessions } = this.#deps
    const { userId, sessionId } = caller
    this.requireTaken()
    const account = await this.checkCurrent(userId, change.currentPassword, address)
    const to = await this.hashNew(change.newPassword)
    await db.transaction(async (tx) => {
      const locked = await accounts.lock(tx, userId)
      if (locked?.passwordHash !== account.passwordHash) throw wrongCurrent() // changed meanwhile
      await this.#set(tx, account, to)
      await sessions.endIn(tx, userId, { except: sessionId }, 'password_changed')
      await audit.record(tx, { action: 'password.changed', actorId: userId, subjectId: userId })
    })
  }

  /** Sets another password without asking for the old one, and ends whatever else lets in: every
   *  session, token and passkey, and what was linked besides a password. The caller holds the
   *  person's row locked. */
  async replace(tx: Transaction, account: Account, hash: string): Promise<void> {
    const { audit, sessions, personalTokens, passkeys, identities } = this.#deps
    await this.#set(tx, account, hash)
    await personalTokens.revokeAll(tx, account.id)
    await passkeys.removeAll(tx, account.id)
    // Who had none came by an identity from the start: nobody slipped that in.
    if (account.passwordHash !== null) await identities.removeAll(tx, account.id)
    await sessions.endIn(tx, account.id, 'all', 'password_reset')
    await audit.record(tx, { action: 'password.reset', actorId: null, subjectId: account.id })
  }

  /** `replace`, from the command line. AppError `user_not_found` and those of `hashNew`. */
  async reset(login: string, newPassword: string): Promise<void> {
    const { db, accounts } = this.#deps
    const account = await accounts.findByLogin(db, login)
    if (!account) throw new AppError('user_not_found')
    const to = await this.hashNew(newPassword)
    await db.transaction(async (tx) => {
      const locked = await accounts.lock(tx, account.id)
      if (!locked) throw new AppError('user_not_found')
      await this.replace(tx, locked, to)
    })
  }

  async #set(tx: Transaction, { id, email: to, username }: Account, hash: string): Promise<void> {
    const { accounts, mailTokens, mail } = this.#deps
    await accounts.setPasswordHash(tx, id, hash)
    await mailTokens.forget(tx, id, 'reset_password')
    if (to === null) return
    tx.afterCommit(() => mail.add(async () => passwordChangedMail({ to, username })))
  }
}

function wrongCurrent(): AppError {
  return new AppError('invalid_credentials', { reason: 'the current password is wrong' })
}
