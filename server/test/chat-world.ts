import { randomUUID } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { uuidv7 } from 'uuidv7'
import { createChat } from '../src/chat/chat.ts'
import { DirectContacts } from '../src/chat/direct-contacts.ts'
import { RoomLogSource, topicOf } from '../src/chat/log-reader.ts'
import type { Room } from '../src/chat/schema.ts'
import type { Caller } from '../src/contract/caller.ts'
import { FolderBlobStore } from '../src/infra/blobs-folder.ts'
import { MemoryBus } from '../src/infra/bus-memory.ts'
import { systemClock, timestamp } from '../src/infra/clock.ts'
import { Database } from '../src/infra/db.ts'
import { PipelinedConnection } from '../src/infra/db-pipeline.ts'
import { MemoryEphemeralStore } from '../src/infra/ephemeral-memory.ts'
import { createLogger } from '../src/infra/logger.ts'
import { sql } from '../src/infra/sql.ts'
import type { UserNews } from '../src/realtime/announcement.ts'
import { Hub } from '../src/realtime/hub.ts'
import type { HubConnection } from '../src/realtime/hub.ts'
import type { Packet } from '../src/realtime/wire.ts'
import { AccountErasure } from '../src/user/account-erasure.ts'
import { AuditLog } from '../src/user/audit-log.ts'
import { Avatars } from '../src/user/avatars.ts'
import { BlockService } from '../src/user/block-service.ts'
import { UserDirectory } from '../src/user/directory.ts'
import { UnusedFiles } from '../src/user/unused-files.ts'
import { UserEvents } from '../src/user/user-events.ts'
import { UserService } from '../src/user/user-service.ts'
import { createTestDatabase } from './database.ts'
import { textsIn } from './texts-in.ts'

export type ChatWorld = Awaited<ReturnType<typeof chatWorld>>

/** The chat service on a real database and a real hub, without doors: for tests of its rules.
 *  `settings` replace those of its connections. */
export async function chatWorld({ settings }: { settings?: string } = {}) {
  const database = await createTestDatabase()
  const url = new URL(database.url)
  if (settings !== undefined) url.searchParams.set('options', settings)
  const db = new Database({ url: url.href, size: 10, onError: () => undefined })
  const pipeline = new PipelinedConnection({ url: database.url, onError: () => undefined })
  const logger = createLogger({ level: 'silent', format: 'json' })
  const clock = { ...systemClock }
  const bus = new MemoryBus()
  const newHub = () => new Hub({ bus, source: new RoomLogSource({ db }), logger })
  const hub = newHub()
  const users = new UserDirectory()
  const events = new UserEvents({ announcer: hub })
  const leases = new MemoryEphemeralStore(clock)
  const deps = { db, pipeline, clock, leases, users, userEvents: events, limitScale: 1000 }
  const onError = (error: unknown): never => {
    throw error
  }
  const chat = createChat({ ...deps, announcer: hub, onError })
  const accountEnds = [chat.memberships]
  const audit = new AuditLog({ clock })
  const contacts = new DirectContacts()
  // Made when the first picture is stored: here nobody has one.
  const blobs = new FolderBlobStore({ folder: join(tmpdir(), `parley-chat-${randomUUID()}`) })
  const unusedFiles = new UnusedFiles({ db, clock, blobs, onError })
  const avatars = new Avatars({ db, clock, blobs, events, audit, unusedFiles, onError })
  const erasure = new AccountErasure({ clock, audit, avatars, accountEnds })
  const accounts = new UserService({ db, clock, events, contacts, erasure })
  const blocks = new BlockService({ db, clock, events, changed: () => undefined })
  return {
    ...chat,
    url: database.url,
    db,
    pipeline,
    hub,
    clock,
    accounts,
    person: (name: string) => insertPerson(db, name),
    block: (who: Caller, whom: Caller) => blocks.block(who.userId, whom.userId),
    suspend: (who: Caller) =>
      db.query(sql`update users set status = 'suspended' where id = ${who.userId}`),
    /** A group or channel of this owner with these members. */
    async room(owner: Caller, others: readonly Caller[] = [], input: Partial<RoomInput> = {}) {
      const memberIds = others.map(({ userId }) => userId)
      const usual = { clientId: randomUUID(), kind: 'group', name: 'Walk', memberIds } as const
      return (await chat.rooms.create(owner, { ...usual, ...input })).room
    },
    /** A connection that hears its person's news, follows these rooms, and those she enters. */
    listen: (caller: Caller, ...rooms: (Room | string)[]) => listen(hub, db, caller, rooms),
    /** The same on another node, which hears of everything by the bus. */
    listenFar: (caller: Caller, ...rooms: (Room | string)[]) => listen(newHub(), db, caller, rooms),
    /** A connection of its own, to hold locks or to end others. */
    async client() {
      const client = new Client({ connectionString: database.url })
      await client.connect()
      return client
    },
    close: async () => {
      await chat.drain()
      hub.close()
      await pipeline.close()
      await db.close()
      await database.drop()
    },
  }
}

/** What a message is sent with. */
export const text = (words: string) => ({ clientId: randomUUID(), text: words })

type RoomInput = Parameters<ReturnType<typeof createChat>['rooms']['create']>[1]

async function insertPerson(db: Database, name: string): Promise<Caller> {
  const id = uuidv7()
  const at = timestamp(systemClock)
  await db.query(sql`
    insert into users (id, username, display_name, created_at, updated_at)
    values (${id}, ${name}, ${name}, ${at}, ${at})`)
  return { userId: id, sessionId: uuidv7(), role: 'user', expiresAt: Infinity }
}

/** A frame of any kind, as a client reads it. */
export interface Heard {
  type: string
  room?: string
  seq?: number
  at?: string
  data?: unknown
  userSeq?: number
  userId?: string
}

async function listen(hub: Hub, db: Database, caller: Caller, rooms: readonly (Room | string)[]) {
  const frames: Heard[] = []
  const keep = ({ bytes }: Packet): void => {
    for (const text of textsIn(bytes)) frames.push(JSON.parse(text) as Heard) // what the hub encoded
  }
  const follow = async (topic: string, after: number): Promise<void> => {
    await hub.topics.open(connection, [topic])
    hub.topics.setGate(connection, topic, after, after)
    await hub.topics.catchUp(connection, topic, () => Promise.resolve())
  }
  const connection: HubConnection = {
    userId: caller.userId,
    sessionId: caller.sessionId,
    lastHeardAt: 0,
    userSeq: undefined,
    deliver: keep,
    receiveNews: ({ attach, detach }: UserNews, packet) => {
      keep(packet)
      if (detach) hub.topics.detach(connection, detach.topic, detach.before)
      if (attach) void follow(attach.topic, attach.after)
    },
    endSession: () => undefined,
    replace: () => undefined,
  }
  await hub.enter(connection)
  const topics = rooms.map((room) => topicOf(typeof room === 'string' ? room : room.id))
  const positions = await new RoomLogSource({ db }).lastSeqs(topics)
  for (const topic of topics) await follow(topic, positions.get(topic) ?? 0)
  return {
    frames,
    connection,
    types: () => frames.map(({ type }) => type),
    /** The entries of one room's log it was given. */
    log: (roomId: string) =>
      frames.filter(
        ({ room, seq, at }) => room === roomId && seq !== undefined && at !== undefined,
      ),
  }
}
