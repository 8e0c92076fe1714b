import type { Database } from '../infra/db.ts'
import type { UserAccounts } from '../user/accounts.ts'
import { accountOf, personOf } from './irc-person.ts'
import { patiently } from './patience.ts'

interface IrcAccountsDeps {
  db: Database
  accounts: UserAccounts
}

/** The accounts of nicks: without e-mail address, without password. */
export class IrcAccounts {
  readonly #deps: IrcAccountsDeps

  constructor(deps: IrcAccountsDeps) {
    this.#deps = deps
  }

  /** Makes those that are missing. Returns ids by person, without whose account was deleted. */
  async ensure(nicks: readonly string[]): Promise<Map<string, string>> {
    const { db, accounts } = this.#deps
    const deleted = new Map<string, boolean>()
    const idOf = (nick: string) => accountOf(nick, 0).id
    let waiting = nicks
    // Whose username is somebody else's is left out, and tries the next one.
    for (let attempt = 0; waiting.length > 0; attempt++) {
      const newcomers = waiting.map((nick) => accountOf(nick, attempt))
      const adding = () => db.transaction((tx) => accounts.addAll(tx, newcomers))
      const existing = await patiently(adding)
      for (const account of existing) deleted.set(account.id, account.deleted)
      waiting = waiting.filter((nick) => !deleted.has(idOf(nick)))
    }
    const people = nicks.map((nick) => [personOf(nick), idOf(nick)] as const)
    return new Map(people.filter(([, id]) => deleted.get(id) === false))
  }
}
