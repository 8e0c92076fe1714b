import type { SessionOfPerson } from '../contract/caller.ts'
import { Unauthenticated } from '../contract/error-codes.ts'
import { timestamp } from '../infra/clock.ts'
import type { Clock } from '../infra/clock.ts'
import type { Database, Transaction } from '../infra/db.ts'
import type { UserAccounts } from '../user/accounts.ts'
import type { UserDirectory } from '../user/directory.ts'
import { userUpdated } from '../user/schema.ts'
import type { UserEvents } from '../user/user-events.ts'
import {
  findForeignSession,
  findLastEnd,
  insertForeignSession,
  touchSession,
} from './foreign-queries.ts'
import type { Identities } from './identities.ts'
import type { Assertion } from './identity-assertion.ts'
import type { IdentityNewcomers } from './identity-newcomers.ts'
import type { IdentityRow } from './identity-queries.ts'
import type { SessionLifetime } from './session-lifetime.ts'
import type { Sessions } from './sessions.ts'

interface ForeignSessionsDeps {
  db: Database
  clock: Clock
  lifetime: SessionLifetime
  accounts: UserAccounts
  directory: UserDirectory
  events: UserEvents
  identities: Identities
  newcomers: IdentityNewcomers
  sessions: Sessions
}

interface Presented {
  /** What the issuer calls the session; empty: it tells none apart. */
  sid: string
  /** When the token was made, in milliseconds since 1970. */
  issuedAt: number
}

/** Sessions that live by the tokens of the trusted issuer: to the register, the list of sessions and
 *  to sockets they are as any other (P6). */
export class ForeignSessions {
  readonly #deps: ForeignSessionsDeps

  constructor(deps: ForeignSessionsDeps) {
    this.#deps = deps
  }

  /** The session this token is of: the one under its name that lives, else a new one, unless the
   *  token was made before one was ended. Throws Unauthenticated. */
  async enter(assertion: Assertion, presented: Presented): Promise<SessionOfPerson> {
    return this.#deps.db.transaction(async (tx) => {
      const { accounts, identities } = this.#deps
      const known = await identities.find(tx, assertion)
      const userId = known?.userId ?? (await this.#admit(tx, assertion, presented))
      const account = await accounts.lock(tx, userId)
      const identity = await identities.find(tx, assertion)
      if (account?.status !== 'active' || !identity) throw new Unauthenticated('ended')
      if (known) await this.#follow(tx, identity, assertion)
      return { userId, sessionId: await this.#session(tx, identity, presented) }
    })
  }

  async #admit(tx: Transaction, assertion: Assertion, { issuedAt }: Presented): Promise<string> {
    const { identities, newcomers } = this.#deps
    const erasedAt = await identities.erasedAt(tx, assertion)
    if (erasedAt !== undefined && issuedAt <= erasedAt) throw new Unauthenticated('ended')
    return newcomers.create(tx, assertion, {})
  }

  /** Takes over a name that has changed there; one that she has changed here stays until then. */
  async #follow(tx: Transaction, identity: IdentityRow, assertion: Assertion): Promise<void> {
    const { accounts, directory, events, identities } = this.#deps
    await identities.used(tx, identity, assertion)
    const { userId } = identity
    const { displayName } = assertion
    if (displayName === undefined || displayName === identity.displayName) return
    await accounts.setDisplayName(tx, userId, displayName)
    await events.announce(tx, userId, userUpdated, await directory.getOwnUser(tx, userId))
  }

  async #session(
    tx: Transaction,
    { id: identityId, userId, issuer }: IdentityRow,
    { sid, issuedAt }: Presented,
  ): Promise<string> {
    const { clock, lifetime, sessions } = this.#deps
    const live = await findForeignSession(tx, { identityId, sid }, lifetime.moment())
    if (live !== undefined) {
      await touchSession(tx, live, timestamp(clock))
      return live
    }
    const lastEnd = await findLastEnd(tx, identityId)
    // A token tells seconds: in the very second of the end nobody can say which came first.
    if (lastEnd !== undefined && issuedAt <= Date.parse(lastEnd)) throw new Unauthenticated('ended')
    const device = { deviceName: nameOf(issuer), address: '', userAgent: '' }
    const { id: sessionId } = await sessions.start(tx, userId, device)
    await insertForeignSession(tx, { sessionId, identityId, sid })
    return sessionId
  }
}

/** https://app.example.org/ → app.example.org */
function nameOf(issuer: string): string {
  return (URL.canParse(issuer) ? new URL(issuer).hostname : '') || issuer.slice(0, 100)
}
