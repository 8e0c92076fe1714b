import { LRUCache } from 'lru-cache'
import type { ServerRole } from '../contract/caller.ts'
import type { Clock } from '../infra/clock.ts'
import type { DbHandle } from '../infra/db.ts'
import type { EndedSessions } from '../realtime/announcement.ts'
import type { UserAccounts } from '../user/accounts.ts'
import { momentOf } from './session-lifetime.ts'
import { findLiveSession } from './session-queries.ts'

/** The role with which a session calls, or null where it or its account has ended. */
type Verdict = { role: ServerRole } | null

interface Entry {
  userId: string
  verdict: Verdict
  readAt: number
}

interface RegisterDeps {
  db: DbHandle
  clock: Clock
  accounts: UserAccounts
}

/** How long a verdict may be believed without hearing anything, in milliseconds (P6). */
const believed = 30_000

/** Which sessions live, as this node knows it: asked by every request, told at once of every end. */
export class SessionRegister {
  readonly #deps: RegisterDeps
  readonly #entries = new LRUCache<string, Entry>({ max: 50_000 })
  readonly #reading = new Map<string, { userId: string; answer: Promise<Verdict> }>()

  constructor(deps: RegisterDeps) {
    this.#deps = deps
  }

  async check(sessionId: string, userId: string): Promise<Verdict> {
    const entry = this.#entries.get(sessionId)
    if (entry?.userId === userId && this.#deps.clock.now() - entry.readAt < believed) {
      return entry.verdict
    }
    const under = this.#reading.get(sessionId)
    return under?.userId === userId ? under.answer : this.#read(sessionId, userId)
  }

  /** Drops what is known of these sessions, here and wherever the hub carries the news. */
  forget({ userId, sessionIds }: EndedSessions): void {
    // What is being read right now may be from before the end: nobody new may rely on it.
    for (const known of [this.#entries, this.#reading]) {
      for (const id of sessionIds === 'all' ? idsOf(known, userId) : sessionIds) known.delete(id)
    }
  }

  async #read(sessionId: string, userId: string): Promise<Verdict> {
    const readAt = this.#deps.clock.now()
    const answer = this.#ask(sessionId, userId)
    const reading = { userId, answer }
    this.#reading.set(sessionId, reading)
    try {
      const verdict = await answer
      if (this.#reading.get(sessionId) === reading) {
        this.#entries.set(sessionId, { userId, verdict, readAt })
      }
      return verdict
    } finally {
      if (this.#reading.get(sessionId) === reading) this.#reading.delete(sessionId)
    }
  }

  async #ask(sessionId: string, userId: string): Promise<Verdict> {
    const { db, clock, accounts } = this.#deps
    const [live, account] = await Promise.all([
      findLiveSession(db, sessionId, userId, momentOf(clock)),
      accounts.findById(db, userId),
    ])
    return live && account?.status === 'active' ? { role: account.role } : null
  }
}

function idsOf(known: Iterable<[string, { userId: string }]>, userId: string): string[] {
  return [...known].filter(([, entry]) => entry.userId === userId).map(([id]) => id)
}
