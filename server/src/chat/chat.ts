import type { Clock } from '../infra/clock.ts'
import type { Database } from '../infra/db.ts'
import type { EphemeralStore } from '../infra/ephemeral.ts'
import type { PipelinedConnection } from '../infra/db-pipeline.ts'
import type { Announcer } from '../realtime/announcement.ts'
import type { UserDirectory } from '../user/directory.ts'
import type { UserEvents } from '../user/user-events.ts'
import { Admissions } from './admissions.ts'
import { Greetings } from './greeting.ts'
import { Members } from './members.ts'
import { Memberships } from './memberships.ts'
import { MessageStore } from './message-store.ts'
import { Messages } from './messages.ts'
import { ReadMarks } from './read-marks.ts'
import { RoomLog } from './room-log.ts'
import { Rooms } from './rooms.ts'
import { TextErasure } from './text-erasure.ts'
import { Typing } from './typing.ts'

export interface ChatDeps {
  db: Database
  /** The connection messages are stored through (G1). */
  pipeline: PipelinedConnection
  clock: Clock
  leases: EphemeralStore
  announcer: Announcer
  users: UserDirectory
  userEvents: UserEvents
  /** LIMIT_SCALE. */
  limitScale: number
  /** Where work in the background failed. */
  onError: (error: unknown) => void
}

export type Chat = ReturnType<typeof createChat>

/** The chat service's objects, once each, in dependency order. */
export function createChat({ limitScale, ...deps }: ChatDeps) {
  const { db, clock } = deps
  const log = new RoomLog(deps)
  const memberships = new Memberships({ ...deps, log })
  const store = new MessageStore(deps)
  const messages = new Messages({ db, clock, log, store, limitScale })
  const rooms = new Rooms({ ...deps, log, memberships })
  const admissions = new Admissions({ db, memberships })
  const members = new Members({ ...deps, memberships })
  const readMarks = new ReadMarks(deps)
  const typing = new Typing(deps)
  const greetings = new Greetings(deps)
  const textErasure = new TextErasure({ ...deps, log })
  return {
    log,
    memberships,
    store,
    messages,
    rooms,
    members,
    admissions,
    readMarks,
    typing,
    greetings,
    textErasure,
    /** Resolves when nothing is on its way to the database any more. */
    async drain(): Promise<void> {
      await Promise.all([store.drain(), readMarks.drain(), textErasure.close()])
    },
  }
}
