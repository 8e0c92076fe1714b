import type { Caller } from '../contract/caller.ts'
import { AppError } from '../contract/error-codes.ts'
import type { Database, Transaction } from '../infra/db.ts'
import type { MailQueue } from '../infra/mail-queue.ts'
import type { Account } from '../user/account.ts'
import type { UserAccounts } from '../user/accounts.ts'
import type { AuditLog } from '../user/audit-log.ts'
import type { UserDirectory } from '../user/directory.ts'
import type { UserEvents } from '../user/user-events.ts'
import type { FreshProof } from './fresh-proof.ts'
import type { MailTokens } from './mail-tokens.ts'
import { emailChangedMail, verificationMail } from './mails.ts'
import type { EmailChange } from './schema.ts'

interface EmailAddressesDeps {
  db: Database
  accounts: UserAccounts
  directory: UserDirectory
  events: UserEvents
  audit: AuditLog
  freshProof: FreshProof
  mailTokens: MailTokens
  mail: Pick<MailQueue, 'add'>
  /** Where links in mails lead. */
  publicUrl: string
  /** EMAIL_DOMAINS; undefined: of any. */
  emailDomains?: readonly string[] | undefined
}

/** Whose an address is, proved by what is sent to it. */
export class EmailAddresses {
  readonly #deps: EmailAddressesDeps

  constructor(deps: EmailAddressesDeps) {
    this.#deps = deps
  }

  /** AppError `email_not_allowed`. */
  requireAllowed(email: string): void {
    const { emailDomains } = this.#deps
    const domain = email.slice(email.lastIndexOf('@') + 1).toLowerCase()
    if (emailDomains && !emailDomains.includes(domain)) throw new AppError('email_not_allowed')
  }

  /** The same for an address that somebody else vouches for, and where one is needed: that it is
   *  hers. AppError `email_not_allowed`. */
  requireProved(
    { email, emailVerified }: { email?: string; emailVerified: boolean },
    isNeeded: boolean,
  ): void {
    if (!isNeeded && !this.#deps.emailDomains) return
    if (email !== undefined && emailVerified) return this.requireAllowed(email)
    throw new AppError('email_not_allowed', {
      reason: 'the provider does not say that your e-mail address is yours',
    })
  }

  /** Sends the person a link that proves her present address, unless it is proved already. */
  requestVerification(userId: string): void {
    this.#sendLink(userId, ({ email, emailVerified }) => (emailVerified ? null : email))
  }

  /** Sends a link to the new address; it becomes hers when she opens it. Whether it belongs to
   *  another account is told to nobody before. AppError `email_not_allowed` and those of
   *  `FreshProof`. */
  async requestChange(caller: Caller, change: EmailChange, address: string): Promise<void> {
    const { email, ...proof } = change
    this.requireAllowed(email)
    await this.#deps.freshProof.require(caller.userId, proof, address)
    this.#sendLink(caller.userId, () => email)
  }

  /** Marks the address as hers, or takes it in the place of the old one. AppError `invalid_token`,
   *  `email_taken`. */
  async confirm(token: string): Promise<void> {
    const { db, accounts, audit, mailTokens } = this.#deps
    await db.transaction(async (tx) => {
      const { userId, email } = await mailTokens.read(tx, 'verify_email', token)
      const account = await accounts.lock(tx, userId)
      if (account?.status !== 'active') throw new AppError('invalid_token')
      await mailTokens.use(tx, token)
      const changes = email !== account.email
      if (changes) await mailTokens.forget(tx, userId)
      await accounts.setEmail(tx, userId, email)
      const action = changes ? 'email.changed' : 'email.verified'
      await audit.record(tx, { action, actorId: userId, subjectId: userId })
      await this.#announce(tx, userId)
      if (changes) this.#tellOldAddress(tx, account)
    })
  }

  #sendLink(userId: string, addressOf: (account: Account) => string | null): void {
    const { db, accounts, mailTokens, mail, publicUrl } = this.#deps
    mail.add(() =>
      db.transaction(async (tx) => {
        const account = await accounts.lock(tx, userId)
        const to = account?.status === 'active' ? addressOf(account) : null
        if (!account || to === null) return undefined
        const token = await mailTokens.issue(tx, 'verify_email', { userId, email: to })
        const { username } = account
        return token === undefined
          ? undefined
          : verificationMail({ to, username, publicUrl, token })
      }),
    )
  }

  #tellOldAddress(tx: Transaction, { email: to, username }: Account): void {
    if (to === null) return
    tx.afterCommit(() => this.#deps.mail.add(async () => emailChangedMail({ to, username })))
  }

  async #announce(tx: Transaction, userId: string): Promise<void> {
    const { directory, events } = this.#deps
    await events.announceUser(tx, await directory.getOwnUser(tx, userId))
  }
}
