import type { DbHandle } from '../infra/db.ts'
import type { LogEntry as TopicEntry } from '../realtime/announcement.ts'
import type { LogSource } from '../realtime/topics.ts'
import type { LogEntry } from './frames.ts'
import { listLogRows } from './log-queries.ts'
import type { LogRow } from './log-queries.ts'
import type { Membership } from './member-queries.ts'
import { findRoom, listLastSeqs } from './room-queries.ts'
import type { RoomInfo } from './schema.ts'

/** The hub's name for a room's log. */
export const topicOf = (roomId: string): string => `room:${roomId}`
const roomOf = (topic: string): string => topic.slice('room:'.length)

/** The entries (after, upTo] as this member may see them (L6), complete (L7). */
export async function readLog(
  db: DbHandle,
  { roomId, visibleFrom }: Pick<Membership, 'roomId' | 'visibleFrom'>,
  after: number,
  upTo: number,
): Promise<LogEntry[]> {
  const entries = await readRows(db, roomId, after, upTo)
  return entries.map(({ row, frame }) =>
    row.subjectSeq !== null && row.subjectSeq < visibleFrom ? veiled(frame) : frame,
  )
}

/** The same entries for everyone who follows the room, as the hub delivers them. */
export async function readTopic(
  db: DbHandle,
  roomId: string,
  after: number,
  upTo: number,
): Promise<TopicEntry[]> {
  const topic = topicOf(roomId)
  const entries = await readRows(db, roomId, after, upTo)
  return entries.map(({ row: { seq, hiddenFrom }, frame }) => ({
    topic,
    seq,
    frame,
    // Whose sockets go behind this entry (H4).
    ...(frame.type === 'member.left' && { detach: frame.data.userId }),
    ...(hiddenFrom?.length && { veil: { userIds: hiddenFrom, frame: veiled(frame) } }),
  }))
}

/** Where the hub reads what the bus lost, and what a client missed (P5). */
export class RoomLogSource implements LogSource {
  readonly #db: DbHandle

  constructor({ db }: { db: DbHandle }) {
    this.#db = db
  }

  async lastSeqs(topics: readonly string[]): Promise<Map<string, number>> {
    const rooms = await listLastSeqs(this.#db, topics.map(roomOf))
    return new Map(rooms.map(({ id, lastSeq }) => [topicOf(id), lastSeq]))
  }

  read(topic: string, after: number, upTo: number): Promise<TopicEntry[]> {
    return readTopic(this.#db, roomOf(topic), after, upTo)
  }
}

/** Fewer rows than asked for are a fault, not an end (L7). */
async function readRows(
  db: DbHandle,
  roomId: string,
  after: number,
  upTo: number,
): Promise<{ row: LogRow; frame: LogEntry }[]> {
  const rows = await listLogRows(db, roomId, after, upTo)
  if (rows.length !== upTo - after) {
    throw new Error(`room ${roomId} has ${rows.length} entries in (${after}, ${upTo}]`)
  }
  const changed = rows.some(({ type }) => type === 'room.updated')
  const room = changed ? await findRoom(db, roomId) : undefined
  return rows.map((row) => ({ row, frame: frameOf(roomId, row, room) }))
}

/** An edit of a message the reader may not see: that it was edited, not what it says. */
function veiled(frame: LogEntry): LogEntry {
  return frame.type === 'message.edited' ? { ...frame, data: { ...frame.data, text: null } } : frame
}

function frameOf(room: string, row: LogRow, info: RoomInfo | undefined): LogEntry {
  const { seq, at, type } = row
  const common = { room, seq, at }
  switch (type) {
    case 'message.created':
    case 'message.edited':
      return { type, ...common, data: present(row.message) }
    case 'message.deleted':
      return { type, ...common, data: { message: present(row.subjectSeq), by: row.actorId } }
    case 'member.joined':
      return { type, ...common, data: joinedMember(row) }
    case 'member.updated': {
      const data = { user: present(row.subject), role: present(row.role), by: row.actorId }
      return { type, ...common, data }
    }
    case 'member.left': {
      const data = { userId: present(row.subjectId), by: row.actorId, reason: present(row.reason) }
      return { type, ...common, data }
    }
    case 'room.updated':
      return { type, ...common, data: roomInfoOf(present(info)) }
  }
}

/** As of her joining: she may have left or risen since, later entries say so. */
function joinedMember(row: LogRow) {
  return {
    user: present(row.subject),
    role: present(row.role),
    joinedAt: row.at,
    joinedSeq: row.seq,
    version: row.seq,
    by: row.actorId,
  }
}

function roomInfoOf(room: RoomInfo): RoomInfo {
  const { id, kind, name, topic, history, createdAt, archivedAt, version } = room
  return { id, kind, name, topic, history, createdAt, archivedAt, version }
}

/** The log's own constraints promise it; a hole here must not go out as a frame. */
function present<T>(value: T | null | undefined): T {
  if (value === null || value === undefined) throw new Error('a log entry lost its subject')
  return value
}
