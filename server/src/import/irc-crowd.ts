import type { Admissions } from '../chat/admissions.ts'
import type { IrcAccounts } from './irc-accounts.ts'
import { personOf } from './irc-person.ts'
import { patiently } from './patience.ts'

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
  /** Who has an account, but no place yet: when she was first there. */
  readonly #arrivals = new Map<string, { userId: string; at: string }>()

  constructor(deps: IrcCrowdDeps) {
    this.#deps = deps
  }

  get size(): number {
    return this.#members.size
  }

  /** Makes an account for everyone new. */
  async learn(sightings: readonly Sighting[]): Promise<void> {
    const first = new Map<string, Sighting>()
    for (const sighting of sightings) {
      const person = personOf(sighting.nick)
      if (!this.#members.has(person) && !first.has(person)) first.set(person, sighting)
    }
    const nicks = [...first.values()].map(({ nick }) => nick)
    const ids = await this.#deps.accounts.ensure(nicks)
    for (const [person, { at }] of first) {
      const userId = ids.get(person)
      if (userId !== undefined) this.#arrivals.set(person, { userId, at })
      this.#members.set(person, null)
    }
  }

  /** Makes a member of everyone learned who never was one. */
  async admit(): Promise<void> {
    if (this.#arrivals.size === 0) return
    const { roomId, admissions } = this.#deps
    const arrivals = [...this.#arrivals.values()]
    const members = await patiently(() => admissions.admit(roomId, arrivals))
    for (const [person, { userId }] of this.#arrivals) {
      if (members.has(userId)) this.#members.set(person, userId)
    }
    this.#arrivals.clear()
  }

  /** The member under this nick, once admitted; undefined where she is none any more. */
  memberOf(nick: string): string | undefined {
    return this.#members.get(personOf(nick)) ?? undefined
  }
}
