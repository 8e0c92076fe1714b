import type { Caller } from '../contract/caller.ts'
import type { Database } from '../infra/db.ts'
import type { EphemeralStore } from '../infra/ephemeral.ts'
import type { Announcer } from '../realtime/announcement.ts'
import type { UserDirectory } from '../user/directory.ts'
import { requireMember, requireOpen } from './access.ts'
import { typing } from './frames.ts'
import { topicOf } from './log-reader.ts'

interface TypingDeps {
  db: Database
  leases: Pick<EphemeralStore, 'claim'>
  announcer: Announcer
  users: UserDirectory
}

/** At most one in this time a person a room goes out (E1). */
const everyMs = 3000
const expiresInMs = 6000

/** Who is writing right now: told to the room, stored nowhere. */
export class Typing {
  readonly #deps: TypingDeps

  constructor(deps: TypingDeps) {
    this.#deps = deps
  }

  async set(caller: Caller, roomId: string): Promise<void> {
    const { db, announcer, users } = this.#deps
    const { userId } = caller
    const { room } = await requireMember(db, roomId, userId)
    requireOpen(room)
    if (!(await this.#isFirst(userId, roomId))) return
    const frame = { type: typing.type, room: roomId, userId, expiresInMs }
    const except = [userId, ...(await users.listBlockPeers(db, userId))]
    announcer.whisper({ topic: topicOf(roomId), frame, except })
  }

  /** Over all nodes; while the store is away each frame goes out, the socket's rate bounds them. */
  async #isFirst(userId: string, roomId: string): Promise<boolean> {
    return this.#deps.leases.claim(`typing:${roomId}:${userId}`, everyMs).catch(() => true)
  }
}
