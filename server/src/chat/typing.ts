import { LRUCache } from 'lru-cache'
import type { Caller } from '../contract/caller.ts'
import type { Clock } from '../infra/clock.ts'
import type { Database } from '../infra/db.ts'
import type { Announcer } from '../realtime/announcement.ts'
import type { UserDirectory } from '../user/directory.ts'
import { requireMember, requireOpen } from './access.ts'
import { typing } from './frames.ts'
import { topicOf } from './log-reader.ts'

interface TypingDeps {
  db: Database
  clock: Clock
  announcer: Announcer
  users: UserDirectory
}

/** At most one in this time a person a room goes out (E1). */
const everyMs = 3000
const expiresInMs = 6000

/** Who is writing right now: told to the room, stored nowhere. */
export class Typing {
  readonly #deps: TypingDeps
  readonly #last = new LRUCache<string, number>({ max: 50_000 })

  constructor(deps: TypingDeps) {
    this.#deps = deps
  }

  async set(caller: Caller, roomId: string): Promise<void> {
    const { db, clock, announcer, users } = this.#deps
    const { userId } = caller
    const { room } = await requireMember(db, roomId, userId)
    requireOpen(room)
    const key = `${userId}:${roomId}`
    const now = clock.now()
    // In either direction: a clock that was set back must not silence anyone.
    if (Math.abs(now - (this.#last.get(key) ?? 0)) < everyMs) return
    this.#last.set(key, now)
    const frame = { type: typing.type, room: roomId, userId, expiresInMs }
    const except = [userId, ...(await users.listBlockPeers(db, userId))]
    announcer.whisper({ topic: topicOf(roomId), frame, except })
  }
}
