import type { Members } from '../chat/members.ts'
import type { Rooms } from '../chat/rooms.ts'
import type { Caller } from '../contract/caller.ts'
import { AppError } from '../contract/error-codes.ts'
import type { Database } from '../infra/db.ts'
import type { UserAccounts } from '../user/accounts.ts'
import { derivedId } from './derived-id.ts'
import type { IrcAccounts } from './irc-accounts.ts'
import { personOf } from './irc-person.ts'

/** Makes and owns the channels; no nick holds a blank, so this is nobody's. */
const importer = 'IRC import'

interface IrcChannelsDeps {
  db: Database
  accounts: UserAccounts
  rooms: Rooms
  members: Members
  ircAccounts: IrcAccounts
}

/** The channels that logs are read into. */
export class IrcChannels {
  readonly #deps: IrcChannelsDeps

  constructor(deps: IrcChannelsDeps) {
    this.#deps = deps
  }

  /** The id of the channel of this name, made now or in an earlier run. AppError `user_not_found`
   *  where there is no such owner. */
  async open(name: string, owner?: string): Promise<string> {
    const { rooms, members } = this.#deps
    const ownerId = owner === undefined ? undefined : await this.#find(owner)
    const caller = await this.#caller()
    const clientId = derivedId('irc channel', name)
    const { room } = await rooms.create(caller, { clientId, kind: 'channel', name })
    if (ownerId !== undefined) await members.put(caller, room.id, ownerId, 'owner')
    return room.id
  }

  async #caller(): Promise<Caller> {
    const userId = (await this.#deps.ircAccounts.ensure([importer])).get(personOf(importer))
    if (userId === undefined) {
      throw new AppError('user_not_found', { reason: "the importer's own account was deleted" })
    }
    return { userId, sessionId: '', role: 'user', expiresAt: Infinity }
  }

  async #find(login: string): Promise<string> {
    const { db, accounts } = this.#deps
    const account = await accounts.findByLogin(db, login)
    if (!account) throw new AppError('user_not_found')
    return account.id
  }
}
