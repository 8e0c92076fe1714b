import type { ServerRole } from '../contract/caller.ts'
import type { RequestContext } from '../contract/endpoint.ts'
import { AppError } from '../contract/error-codes.ts'
import { Nullable, Struct } from '../contract/schema.ts'
import { Validators } from '../contract/validator.ts'
import type { Database } from '../infra/db.ts'
import type { Account } from '../user/account.ts'
import type { UserAccounts } from '../user/accounts.ts'
import type { UserDirectory } from '../user/directory.ts'
import { Email, Username } from '../user/schema.ts'
import type { OwnUser } from '../user/schema.ts'
import type { AccessTokens } from './access-tokens.ts'
import type { CodeGuard } from './code-guard.ts'
import { deviceOf } from './device.ts'
import type { NewAccounts } from './new-accounts.ts'
import type { Passwords } from './passwords.ts'
import type { Credentials, SessionGrant, SignedIn } from './schema.ts'
import { grantOf } from './session-grant.ts'
import type { Device } from './session-queries.ts'
import type { SessionRefresh } from './session-refresh.ts'
import type { Sessions } from './sessions.ts'
import type { TwoFactor } from './two-factor.ts'

interface AuthServiceDeps {
  db: Database
  accounts: UserAccounts
  directory: UserDirectory
  newAccounts: NewAccounts
  twoFactor: TwoFactor
  codeGuard: CodeGuard
  passwords: Passwords
  sessions: Sessions
  refresher: SessionRefresh
  tokens: AccessTokens
}

export interface NewUser {
  username: string
  email: string | null
  password: string
  displayName?: string | undefined
  role: ServerRole
}

/** How people come to a session. */
export class AuthService {
  readonly #deps: AuthServiceDeps

  constructor(deps: AuthServiceDeps) {
    this.#deps = deps
  }

  /** From the command line, whether registration is open or closed. AppError `invalid_request` and
   *  those of `register`. */
  async createUser(input: NewUser): Promise<OwnUser> {
    const { username, email } = input
    const check = new Validators([]).strict(Struct({ username: Username, email: Nullable(Email) }))
    const errors = check({ username, email })
    if (errors) throw new AppError('invalid_request', { errors })
    const { db, newAccounts } = this.#deps
    await newAccounts.requireFree(input)
    const account = await newAccounts.prepare(input, input.password)
    return db.transaction((tx) => newAccounts.create(tx, account))
  }

  /** One answer, after the same time, for an unknown login and a wrong password. AppError
   *  `passwords_off`, `invalid_credentials`, `account_suspended`, `two_factor_required`,
   *  `invalid_code`, `rate_limited`, `overloaded`. */
  async login(input: Credentials, context: RequestContext): Promise<SignedIn> {
    const { db, accounts, passwords, codeGuard } = this.#deps
    const { password, deviceName, code } = input
    const login = input.login.trim()
    passwords.requireTaken()
    passwords.requireRoom()
    const account = await accounts.findByLogin(db, login)
    const guess = { key: `login ${login.toLowerCase()}`, password, address: context.address }
    const right = await passwords.check({ ...guess, account })
    if (!right || !account?.passwordHash) throw new AppError('invalid_credentials')
    const to = await passwords.rehash(account.passwordHash, password)
    const signIn = () => this.#signIn(account, to, deviceOf(context, deviceName), code)
    const guarded = () => codeGuard.run(account.id, context.address, signIn)
    const signedIn = await (code === undefined ? signIn() : guarded())
    // The password changed while this one was being checked: check it against the new one.
    return signedIn ?? this.login(input, context)
  }

  /** AppError `invalid_refresh_token`. */
  async refresh(refreshToken: string, context: RequestContext): Promise<SessionGrant> {
    const { refresher, tokens } = this.#deps
    return grantOf(tokens, await refresher.refresh(refreshToken, deviceOf(context)))
  }

  /** A session without a password, for whoever already acts for this person on the server itself.
   *  AppError `user_not_found`. */
  async createSessionFor(userId: string, deviceName: string): Promise<SessionGrant> {
    const { db, accounts, sessions, tokens } = this.#deps
    const session = await db.transaction(async (tx) => {
      const account = await accounts.lock(tx, userId)
      if (account?.status !== 'active') throw new AppError('user_not_found')
      return sessions.start(tx, userId, { deviceName, address: 'local', userAgent: '' })
    })
    return grantOf(tokens, session)
  }

  /** Undefined where the password is no longer the one that was checked. */
  async #signIn(
    account: Account,
    to: string,
    device: Device,
    code: string | undefined,
  ): Promise<SignedIn | undefined> {
    const { db, accounts, directory, sessions, tokens, twoFactor } = this.#deps
    const started = await db.transaction(async (tx) => {
      const locked = await accounts.lock(tx, account.id)
      if (locked?.passwordHash !== account.passwordHash) return undefined
      if (locked.status === 'suspended') throw new AppError('account_suspended')
      await twoFactor.pass(tx, account.id, code)
      if (to !== account.passwordHash) await accounts.setPasswordHash(tx, account.id, to)
      const user = await directory.getOwnUser(tx, account.id)
      return { user, session: await sessions.start(tx, account.id, device) }
    })
    return started && { user: started.user, session: await grantOf(tokens, started.session) }
  }
}
