import type { RequestContext } from '../contract/endpoint.ts'
import { AppError } from '../contract/error-codes.ts'
import type { Database } from '../infra/db.ts'
import type { Mail } from '../infra/mail.ts'
import type { MailQueue } from '../infra/mail-queue.ts'
import type { UserAccounts } from '../user/accounts.ts'
import type { AuditLog } from '../user/audit-log.ts'
import type { Identities } from './identities.ts'
import type { MailTokens } from './mail-tokens.ts'
import { passwordResetMail } from './mails.ts'
import type { Passwords } from './passwords.ts'
import type { TwoFactor } from './two-factor.ts'

interface PasswordResetDeps {
  db: Database
  accounts: UserAccounts
  audit: AuditLog
  passwords: Passwords
  mailTokens: MailTokens
  twoFactor: TwoFactor
  identities: Pick<Identities, 'isIssuers'>
  mail: Pick<MailQueue, 'add'>
  /** Where links in mails lead. */
  publicUrl: string
}

/** A new password for whoever reads the mail of the account's address. */
export class PasswordReset {
  readonly #deps: PasswordResetDeps

  constructor(deps: PasswordResetDeps) {
    this.#deps = deps
  }

  /** Returns at once, the same for known and unknown addresses: all else is done afterwards.
   *  AppError `passwords_off`. */
  request(email: string, context: RequestContext): void {
    this.#deps.passwords.requireTaken()
    this.#deps.mail.add(() => this.#prepare(email.trim(), context.address))
  }

  /** Proves the address too, and ends every session. AppError `invalid_token` and those of
   *  `Passwords.hashNew`, after which the token stays good. */
  async confirm(token: string, newPassword: string): Promise<void> {
    const { db, accounts, passwords, mailTokens, twoFactor } = this.#deps
    passwords.requireTaken()
    await mailTokens.read(db, 'reset_password', token) // before anyone spends time on hashing
    const hash = await passwords.hashNew(newPassword)
    await db.transaction(async (tx) => {
      const { userId, email } = await mailTokens.read(tx, 'reset_password', token)
      const account = await accounts.lock(tx, userId)
      if (account?.status !== 'active' || account.email !== email) {
        throw new AppError('invalid_token')
      }
      await mailTokens.use(tx, token)
      await passwords.replace(tx, account, hash)
      if (account.emailVerified) return
      // Whoever made the account had not proved this address: what else she set up ends too.
      await twoFactor.remove(tx, userId)
      await accounts.setEmail(tx, userId, email)
    })
  }

  async #prepare(email: string, address: string): Promise<Mail | undefined> {
    const { db, accounts, audit, mailTokens, identities, publicUrl } = this.#deps
    return db.transaction(async (tx) => {
      const found = await accounts.findByEmail(tx, email)
      const account = found && (await accounts.lock(tx, found.id))
      const to = account?.status === 'active' ? account.email : null
      if (!account || to === null) return undefined
      const { id: userId, username } = account
      if (await identities.isIssuers(tx, userId)) return undefined
      const token = await mailTokens.issue(tx, 'reset_password', { userId, email: to })
      if (token === undefined) return undefined
      const detail = { address }
      const action = 'password.reset_requested'
      await audit.record(tx, { action, actorId: null, subjectId: userId, detail })
      return passwordResetMail({ to, username, publicUrl, token })
    })
  }
}
