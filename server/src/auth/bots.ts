import { AppError } from '../contract/error-codes.ts'
import type { PageRequest } from '../contract/page.ts'
import type { Database, DbHandle } from '../infra/db.ts'
import type { UserAccounts } from '../user/accounts.ts'
import type { AuditLog } from '../user/audit-log.ts'
import type { UserDirectory } from '../user/directory.ts'
import { cleanDisplayName } from '../user/display-name.ts'
import type { PublicUser } from '../user/schema.ts'
import type { PersonalTokens } from './personal-tokens.ts'
import type { BotRequest, NewToken, TokenRequest } from './token-schema.ts'

interface BotsDeps {
  db: Database
  accounts: UserAccounts
  directory: UserDirectory
  audit: AuditLog
  personalTokens: PersonalTokens
}

/** Accounts of programs, in the hands of administrators. */
export class Bots {
  readonly #deps: BotsDeps

  constructor(deps: BotsDeps) {
    this.#deps = deps
  }

  /** AppError `forbidden`, `username_taken`. */
  async create(callerId: string, { username, displayName }: BotRequest): Promise<PublicUser> {
    const { db, accounts, directory, audit } = this.#deps
    const account = {
      username: username.toLowerCase(),
      displayName: cleanDisplayName(displayName ?? username),
      email: null,
      passwordHash: null,
      role: 'user',
      bot: true,
    } as const
    return db.transaction(async (tx) => {
      await directory.requireAdmin(tx, callerId)
      const id = await accounts.create(tx, account)
      const detail = { bot: true }
      await audit.record(tx, {
        action: 'user.registered',
        actorId: callerId,
        subjectId: id,
        detail,
      })
      return this.#find(tx, id)
    })
  }

  /** AppError `forbidden`, `user_not_found` where this is no bot, `token_limit`. */
  async createToken(callerId: string, botId: string, request: TokenRequest): Promise<NewToken> {
    await this.#require(callerId, botId)
    return this.#deps.personalTokens.create(callerId, botId, request)
  }

  /** AppError `forbidden`, `user_not_found`. */
  async listTokens(callerId: string, botId: string, request: PageRequest) {
    await this.#require(callerId, botId)
    return this.#deps.personalTokens.list(botId, request)
  }

  /** AppError `forbidden`, `user_not_found`, `token_not_found`. */
  async revokeToken(callerId: string, botId: string, tokenId: string): Promise<void> {
    await this.#require(callerId, botId)
    await this.#deps.personalTokens.revoke(callerId, botId, tokenId)
  }

  async #require(callerId: string, botId: string): Promise<void> {
    const { db, directory } = this.#deps
    await directory.requireAdmin(db, callerId)
    await this.#find(db, botId)
  }

  async #find(db: DbHandle, id: string): Promise<PublicUser> {
    const user = (await this.#deps.directory.getPublicUsers(db, [id])).get(id)
    if (!user?.bot) throw new AppError('user_not_found')
    return user
  }
}
