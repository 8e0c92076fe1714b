import { uuidv7 } from 'uuidv7'
import { createChat } from '../src/chat/chat.ts'
import type { Caller } from '../src/contract/caller.ts'
import { RoomLogSource, topicOf } from '../src/chat/log-reader.ts'
import { MemoryBus } from '../src/infra/bus-memory.ts'
import { systemClock, timestamp } from '../src/infra/clock.ts'
import { Database } from '../src/infra/db.ts'
import { createLogger } from '../src/infra/logger.ts'
import { sql } from '../src/infra/sql.ts'
import type { UserNews } from '../src/realtime/announcement.ts'
import { Hub } from '../src/realtime/hub.ts'
import type { HubConnection } from '../src/realtime/hub.ts'
import { UserDirectory } from '../src/user/directory.ts'
import { UserEvents } from '../src/user/user-events.ts'
import { createTestDatabase } from './database.ts'

/** The chat service on a real database and a real hub, without doors: for tests of its rules. */
export async function chatWorld() {
  const database = await createTestDatabase()
  const db = new Database({ url: database.url, size: 10, onError: () => undefined })
  const logger = createLogger({ level: 'silent', format: 'json' })
  const clock = { ...systemClock }
  const hub = new Hub({
    bus: new MemoryBus(),
    source: new RoomLogSource({ db }),
    logger,
  })
  const users = new UserDirectory()
  const userEvents = new UserEvents({ announcer: hub })
  const chat = createChat({ db, clock, announcer: hub, users, userEvents, limitScale: 1000 })
  return {
    ...chat,
    db,
    hub,
    clock,
    person: (name: string) => insertPerson(db, name),
    listen: (caller: Caller, ...roomIds: string[]) => listen(hub, db, caller, roomIds),
    close: async () => {
      await db.close()
      await database.drop()
    },
  }
}

async function insertPerson(db: Database, name: string): Promise<Caller> {
  const id = uuidv7()
  const at = timestamp(systemClock)
  await db.query(sql`
    insert into users (id, username, display_name, created_at, updated_at)
    values (${id}, ${name}, ${name}, ${at}, ${at})`)
  return { userId: id, sessionId: uuidv7(), role: 'user', expiresAt: Infinity }
}

interface Heard {
  type: string
  room?: string
  seq?: number
  data?: unknown
}

/** A connection that keeps what it is given, live in these rooms from now on. */
async function listen(hub: Hub, db: Database, caller: Caller, roomIds: readonly string[]) {
  const frames: Heard[] = []
  const keep = (frame: Buffer): void => {
    const text = frame.subarray(frame[1] === 126 ? 4 : 2).toString()
    frames.push(JSON.parse(text) as Heard)
  }
  const connection: HubConnection = {
    userId: caller.userId,
    sessionId: caller.sessionId,
    lastHeardAt: 0,
    deliver: keep,
    receiveNews: (news: UserNews, frame) => {
      keep(frame)
      if (news.detach) hub.topics.detach(connection, news.detach.topic, news.detach.before)
    },
    endSession: () => undefined,
    replace: () => undefined,
  }
  await hub.enter(connection)
  const topics = roomIds.map(topicOf)
  await hub.topics.open(connection, topics)
  const positions = await new RoomLogSource({ db }).lastSeqs(topics)
  for (const topic of topics) hub.topics.setGate(connection, topic, positions.get(topic) ?? 0, 0)
  return { frames, connection, types: () => frames.map(({ type }) => type) }
}
