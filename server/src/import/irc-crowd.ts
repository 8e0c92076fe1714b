import type { Admissions } from '../chat/admissions.ts'
import type { IrcAccounts } from './irc-accounts.ts'
import { personOf } from './irc-person.ts'

interface IrcCrowdDeps {
  roomId: string
  accounts: IrcAccounts
  admissions: Admissions
}

/** Someone was there, at this time (RFC 3339). */
interface Sighting {
  nick: string
  at: string
}

/** The people of an import: their accounts, and their places in the channel. */
export class IrcCrowd {
  readonly #deps: IrcCrowdDeps
  /** Ids by person; null where she left the channel or deleted her account since. */
  readonly #members = new Map<string, string | null>()

  constructor(deps: IrcCrowdDeps) {
    this.#deps = deps
  }

  get size(): number {
    return this.#members.size
  }

  /** Makes an account for every new nick, and a member of everyone who was never one. */
  async bringIn(sightings: readonly Sighting[]): Promise<void> {
    const { roomId, accounts, admissions } = this.#deps
    const first = new Map<string, Sighting>()
    for (const sighting of sightings) {
      const person = personOf(sighting.nick)
      if (!this.#members.has(person) && !first.has(person)) first.set(person, sighting)
    }
    if (first.size === 0) return
    const ids = await accounts.ensure([...first.values()].map(({ nick }) => nick))
    const arrivals = [...first].flatMap(([person, { at }]) => {
      const userId = ids.get(person)
      return userId === undefined ? [] : [{ userId, at }]
    })
    const members = await admissions.admit(roomId, arrivals)
    for (const person of first.keys()) {
      const id = ids.get(person)
      this.#members.set(person, id !== undefined && members.has(id) ? id : null)
    }
  }

  /** The member under this nick, once brought in; undefined where she is none any more. */
  memberOf(nick: string): string | undefined {
    return this.#members.get(personOf(nick)) ?? undefined
  }
}
