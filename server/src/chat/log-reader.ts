import type { DbHandle } from '../infra/db.ts'
import { Gather } from '../infra/gather.ts'
import type { LogEntry as TopicEntry } from '../realtime/announcement.ts'
import type { LogSource } from '../realtime/log-source.ts'
import type { LogEntry } from './frames.ts'
import { listLogRows } from './log-queries.ts'
import type { LogRange, LogRow } from './log-queries.ts'
import type { Membership } from './member-queries.ts'
import { listLastSeqs, listRooms } from './room-queries.ts'
import type { RoomInfo } from './schema.ts'

/** The hub's name for a room's log. */
export const topicOf = (roomId: string): string => `room:${roomId}`
const roomOf = (topic: string): string => topic.slice('room:'.length)

/** Ranges read in one statement. */
const rangesAtOnce = 50

/** The entries (after, upTo] as this member may see them (L6), complete (L7). */
export async function readLog(
  db: DbHandle,
  { roomId, visibleFrom }: Pick<Membership, 'roomId' | 'visibleFrom'>,
  after: number,
  upTo: number,
): Promise<LogEntry[]> {
  const entries = await readRange(db, { roomId, after, upTo })
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
  return (await readRange(db, { roomId, after, upTo })).map(({ row, frame }) =>
    topicEntry(topicOf(roomId), row, frame),
  )
}

/** Where the hub reads what the bus lost, and what a client missed (P5): what many ask for at
 *  once goes in one statement, at most two of them at a time (H2). */
export class RoomLogSource implements LogSource {
  readonly #ranges: Gather<LogRange, TopicEntry[]>
  readonly #db: DbHandle

  constructor({ db }: { db: DbHandle }) {
    this.#db = db
    this.#ranges = new Gather({
      size: rangesAtOnce,
      atOnce: 2,
      keyOf: ({ roomId, after, upTo }) => `${roomId} ${after} ${upTo}`,
      run: async (ranges) => (await readRanges(db, ranges)).map(entriesOrFault),
    })
  }

  async lastSeqs(topics: readonly string[]): Promise<Map<string, number>> {
    const rooms = await listLastSeqs(this.#db, topics.map(roomOf))
    return new Map(rooms.map(({ id, lastSeq }) => [topicOf(id), lastSeq]))
  }

  read(topic: string, after: number, upTo: number): Promise<TopicEntry[]> {
    return this.#ranges.ask({ roomId: roomOf(topic), after, upTo })
  }
}

interface ReadEntry {
  row: LogRow
  frame: LogEntry
}

function entriesOrFault(entries: readonly ReadEntry[] | Error): TopicEntry[] | Error {
  if (entries instanceof Error) return entries
  return entries.map(({ row, frame }) => topicEntry(topicOf(frame.room), row, frame))
}

function topicEntry(topic: string, { seq, hiddenFrom }: LogRow, frame: LogEntry): TopicEntry {
  return {
    topic,
    seq,
    frame,
    // Whose sockets go behind this entry (H4).
    ...(frame.type === 'member.left' && { detach: frame.data.userId }),
    ...(hiddenFrom?.length && { veil: { userIds: hiddenFrom, frame: veiled(frame) } }),
  }
}

async function readRange(db: DbHandle, range: LogRange): Promise<ReadEntry[]> {
  const [entries] = await readRanges(db, [range])
  if (!entries || entries instanceof Error) throw entries ?? new Error('a range was not read')
  return entries
}

/** Each range complete, or why it is not: fewer rows than asked for are a fault, not an end (L7). */
async function readRanges(
  db: DbHandle,
  ranges: readonly LogRange[],
): Promise<(ReadEntry[] | Error)[]> {
  const rows = ranges.map((): LogRow[] => [])
  for (const row of await listLogRows(db, ranges)) rows[row.range - 1]?.push(row)
  const changed = ranges.filter((_, at) => rows[at]?.some(({ type }) => type === 'room.updated'))
  const rooms =
    changed.length === 0
      ? []
      : await listRooms(
          db,
          changed.map(({ roomId }) => roomId),
        )
  const infos = new Map(rooms.map((room) => [room.id, room]))
  return ranges.map(({ roomId, after, upTo }, at) => {
    const its = rows[at] ?? []
    if (its.length !== upTo - after) {
      return new Error(`room ${roomId} has ${its.length} entries in (${after}, ${upTo}]`)
    }
    return its.map((row) => ({ row, frame: frameOf(roomId, row, infos.get(roomId)) }))
  })
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
      return { type, ...common, data: { ...present(info), by: row.actorId, changed: row.changed } }
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

/** The log's own constraints promise it; a hole here must not go out as a frame. */
function present<T>(value: T | null | undefined): T {
  if (value === null || value === undefined) throw new Error('a log entry lost its subject')
  return value
}
