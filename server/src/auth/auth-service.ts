import type { ServerRole } from '../contract/caller.ts'
import type { RequestContext } from '../contract/endpoint.ts'
import { AppError } from '../contract/error-codes.ts'
import { Nullable, Struct } from '../contract/schema.ts'
import { Validators } from '../contract/validator.ts'
import type { Database, Transaction } from '../infra/db.ts'
import type { Account } from '../user/account.ts'
import type { UserAccounts } from '../user/accounts.ts'
import type { AuditLog } from '../user/audit-log.ts'
import type { UserDirectory } from '../user/directory.ts'
import { cleanDisplayName } from '../user/display-name.ts'
import { Email, Username } from '../user/schema.ts'
import type { OwnUser } from '../user/schema.ts'
import { accessTokenLifetime } from './access-tokens.ts'
import type { AccessTokens } from './access-tokens.ts'
import { deviceOf } from './device.ts'
import type { EmailAddresses } from './email-addresses.ts'
import type { Passwords } from './passwords.ts'
import type { Credentials, Registration, SessionGrant, SignedIn } from './schema.ts'
import type { Device } from './session-queries.ts'
import type { SessionRefresh } from './session-refresh.ts'
import type { Sessions, StartedSession } from './sessions.ts'

interface AuthServiceDeps {
  db: Database
  accounts: UserAccounts
  directory: UserDirectory
  audit: AuditLog
  passwords: Passwords
  emails: EmailAddresses
  sessions: Sessions
  refresher: SessionRefresh
  tokens: AccessTokens
  /** REGISTRATION. */
  registration: 'open' | 'closed'
}

export interface NewUser {
  username: string
  email: string | null
  password: string
  displayName?: string | undefined
  role: ServerRole
}

/** How people come to an account and to a session. */
export class AuthService {
  readonly #deps: AuthServiceDeps

  constructor(deps: AuthServiceDeps) {
    this.#deps = deps
  }

  /** AppError `registration_closed`, `username_taken`, `email_taken`, `weak_password`,
   *  `password_too_long`, `overloaded`. */
  async register(input: Registration, context: RequestContext): Promise<SignedIn> {
    if (this.#deps.registration === 'closed') throw new AppError('registration_closed')
    const device = deviceOf(context, input.deviceName)
    const signedIn = await this.#create({ ...input, role: 'user' }, async (tx, user) => {
      const session = await this.#deps.sessions.start(tx, user.id, device)
      return { user, session: await this.#grant(session) }
    })
    this.#deps.emails.requestVerification(signedIn.user.id)
    return signedIn
  }

  /** From the command line, whether registration is open or closed. AppError `invalid_request` and
   *  those of `register`. */
  async createUser(input: NewUser): Promise<OwnUser> {
    const { username, email } = input
    const check = new Validators([]).strict(Struct({ username: Username, email: Nullable(Email) }))
    const errors = check({ username, email })
    if (errors) throw new AppError('invalid_request', { errors })
    return this.#create(input, async (_, user) => user)
  }

  /** One answer, after the same time, for an unknown login and a wrong password. AppError
   *  `invalid_credentials`, `account_suspended`, `rate_limited`, `overloaded`. */
  async login(input: Credentials, context: RequestContext): Promise<SignedIn> {
    const { db, accounts, passwords } = this.#deps
    const { password, deviceName } = input
    const login = input.login.trim()
    const account = await accounts.findByLogin(db, login)
    const guess = { key: `login ${login.toLowerCase()}`, password, address: context.address }
    const right = await passwords.check({ ...guess, account })
    if (!right || !account?.passwordHash) throw new AppError('invalid_credentials')
    const to = await passwords.rehash(account.passwordHash, password)
    const signedIn = await this.#signIn(account, to, deviceOf(context, deviceName))
    // The password changed while this one was being checked: check it against the new one.
    return signedIn ?? this.login(input, context)
  }

  /** AppError `invalid_refresh_token`. */
  async refresh(refreshToken: string, context: RequestContext): Promise<SessionGrant> {
    return this.#grant(await this.#deps.refresher.refresh(refreshToken, deviceOf(context)))
  }

  /** A session without a password, for whoever already acts for this person on the server itself.
   *  AppError `user_not_found`. */
  async createSessionFor(userId: string, deviceName: string): Promise<SessionGrant> {
    const { db, accounts, sessions } = this.#deps
    const session = await db.transaction(async (tx) => {
      const account = await accounts.lock(tx, userId)
      if (account?.status !== 'active') throw new AppError('user_not_found')
      return sessions.start(tx, userId, { deviceName, address: 'local', userAgent: '' })
    })
    return this.#grant(session)
  }

  async #create<T>(
    { username, email, password, displayName, role }: NewUser,
    then: (tx: Transaction, user: OwnUser) => Promise<T>,
  ): Promise<T> {
    const { db, accounts, directory, audit, passwords } = this.#deps
    const profile = {
      username: username.toLowerCase(),
      displayName: cleanDisplayName(displayName ?? username),
    }
    await accounts.requireFree(db, profile.username, email)
    const passwordHash = await passwords.hashNew(password)
    return db.transaction(async (tx) => {
      const id = await accounts.create(tx, { ...profile, email, passwordHash, role })
      await audit.record(tx, { action: 'user.registered', actorId: id, subjectId: id })
      return then(tx, await directory.getOwnUser(tx, id))
    })
  }

  /** Undefined where the password is no longer the one that was checked. */
  async #signIn(account: Account, to: string, device: Device): Promise<SignedIn | undefined> {
    const { db, accounts, directory, sessions } = this.#deps
    const started = await db.transaction(async (tx) => {
      const locked = await accounts.lock(tx, account.id)
      if (locked?.passwordHash !== account.passwordHash) return undefined
      if (locked.status === 'suspended') throw new AppError('account_suspended')
      if (to !== account.passwordHash) await accounts.setPasswordHash(tx, account.id, to)
      const user = await directory.getOwnUser(tx, account.id)
      return { user, session: await sessions.start(tx, account.id, device) }
    })
    return started && { user: started.user, session: await this.#grant(started.session) }
  }

  async #grant({ id, userId, refreshToken }: StartedSession): Promise<SessionGrant> {
    const accessToken = await this.#deps.tokens.issue(userId, id)
    return { id, accessToken, expiresIn: accessTokenLifetime, refreshToken }
  }
}
