import { LRUCache } from 'lru-cache'
import type { ServerRole, SessionOfPerson } from '../contract/caller.ts'
import type { Clock } from '../infra/clock.ts'
import type { DbHandle } from '../infra/db.ts'
import { Gather } from '../infra/gather.ts'
import type { EndedSessions } from '../realtime/announcement.ts'
import type { UserDirectory } from '../user/directory.ts'
import type { SessionLifetime } from './session-lifetime.ts'
import { listLiveOwners } from './session-queries.ts'

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
  lifetime: SessionLifetime
  users: Pick<UserDirectory, 'listActiveRoles'>
}

/** How long a verdict may be believed without hearing anything, in milliseconds (P6). */
const believed = 30_000
/** Sessions asked about in one statement. */
const batchSize = 500

/** Which sessions live, as this node knows it: asked by every request, told at once of every end. */
export class SessionRegister {
  readonly #deps: RegisterDeps
  readonly #entries = new LRUCache<string, Entry>({ max: 50_000 })
  readonly #reading = new Map<string, { userId: string; answer: Promise<Verdict> }>()
  readonly #questions = new Gather<SessionOfPerson, Verdict>({
    size: batchSize,
    atOnce: 2,
    run: (sessions) => this.#ask(sessions),
  })

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

  /** Those of these sessions that have ended, by verdicts that are younger than this. */
  async listEnded<One extends SessionOfPerson>(
    sessions: readonly One[],
    olderThanMs: number,
  ): Promise<One[]> {
    const now = this.#deps.clock.now()
    const isDue = ({ sessionId, userId }: One): boolean => {
      const entry = this.#entries.peek(sessionId)
      return entry?.userId !== userId || !entry.verdict || now - entry.readAt >= olderThanMs
    }
    const due = sessions.filter(isDue)
    const verdicts = await Promise.all(
      due.map(({ sessionId, userId }) => this.#read(sessionId, userId)),
    )
    return due.filter((_, at) => verdicts[at] === null)
  }

  /** Drops what is known of these sessions, here and wherever the hub carries the news. */
  forget({ userId, sessionIds }: EndedSessions): void {
    // What is being read right now may be from before the end: nobody new may rely on it.
    for (const known of [this.#entries, this.#reading]) {
      for (const id of sessionIds === 'all' ? idsOf(known, userId) : sessionIds) known.delete(id)
    }
  }

  /** Drops all that is known: the database may hold another history now (P8). */
  forgetAll(): void {
    this.#entries.clear()
    this.#reading.clear()
  }

  async #read(sessionId: string, userId: string): Promise<Verdict> {
    const readAt = this.#deps.clock.now()
    const answer = this.#questions.ask({ sessionId, userId })
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

  async #ask(sessions: readonly SessionOfPerson[]): Promise<Verdict[]> {
    const { db, lifetime, users } = this.#deps
    const ids = sessions.map(({ sessionId }) => sessionId)
    const people = [...new Set(sessions.map(({ userId }) => userId))]
    const [live, roles] = await Promise.all([
      listLiveOwners(db, ids, lifetime.moment()),
      users.listActiveRoles(db, people),
    ])
    const owners = new Map(live.map(({ id, userId }) => [id, userId]))
    return sessions.map(({ sessionId, userId }) => {
      const role = owners.get(sessionId) === userId ? roles.get(userId) : undefined
      return role === undefined ? null : { role }
    })
  }
}

function idsOf(known: Iterable<[string, { userId: string }]>, userId: string): string[] {
  return [...known].filter(([, entry]) => entry.userId === userId).map(([id]) => id)
}
