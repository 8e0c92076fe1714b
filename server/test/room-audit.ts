/** What must be true of any room, whatever was done in it; each check names its rule. */
import { expect } from 'vitest'
import { RoomLogSource, topicOf } from '../src/chat/log-reader.ts'
import type { LogEntry } from '../src/chat/frames.ts'
import { sql } from '../src/infra/sql.ts'
import type { Caller } from '../src/contract/caller.ts'
import type { Message, Room } from '../src/chat/schema.ts'
import type { ChatWorld, Heard } from './chat-world.ts'

/** P2, L7: every seq from 1 to the last is one entry; every version is the seq of an entry about
 *  what carries it. Returns the log as one reads it from whom nothing is hidden. */
export async function auditLog(world: ChatWorld, roomId: string): Promise<LogEntry[]> {
  const rows = await world.db.query<{ seq: number }>(
    sql`select seq from room_log where room_id = ${roomId} order by seq`,
  )
  const topic = topicOf(roomId)
  const source = new RoomLogSource({ db: world.db })
  const lastSeq = (await source.lastSeqs([topic])).get(topic) ?? 0
  expect(rows.map(({ seq }) => seq)).toEqual(Array.from({ length: lastSeq }, (_, n) => n + 1))
  const entries = await source.read(topic, 0, lastSeq)
  const log = entries.map(({ frame }) => frame as LogEntry) // readTopic makes them so
  const versions = await world.db.query<{ version: number; subject: string }>(sql`
    select version, 'message ' || seq as subject from messages where room_id = ${roomId}
    union all select version, 'member ' || user_id from members where room_id = ${roomId}
    union all select version, 'room' from rooms where id = ${roomId} and version > 0`)
  for (const { version, subject } of versions) {
    expect(subjectOf(log[version - 1])).toBe(subject)
  }
  return log
}

/** What an entry is about. */
export function subjectOf(entry: LogEntry | undefined): string {
  switch (entry?.type) {
    case 'message.created':
    case 'message.edited':
      return `message ${entry.data.seq}`
    case 'message.deleted':
      return `message ${entry.data.message}`
    case 'member.joined':
    case 'member.updated':
      return `member ${entry.data.user.id}`
    case 'member.left':
      return `member ${entry.data.userId}`
    case 'room.updated':
      return 'room'
    case undefined:
      return 'nothing'
  }
}

/** P4, H4: what a connection was pushed is, for each of its person's memberships, the log after
 *  `from` or her joining: all of it, or as far as it came where the membership has ended. */
export function auditStream(
  { userId }: Caller,
  log: readonly LogEntry[],
  pushed: readonly Heard[],
  from: number,
): void {
  const identity = ({ type, seq, at }: Heard) => `${seq} ${type} ${at}`
  const heard = pushed.map(identity)
  expect(pushed.map(({ seq }) => seq)).toEqual(
    [...new Set(pushed.map(({ seq = 0 }) => seq))].toSorted((a, b) => a - b),
  )
  for (const { joinedSeq, leftSeq } of periodsOf(userId, log)) {
    const start = Math.max(joinedSeq, from)
    const due = log.slice(start, Math.max(leftSeq ?? log.length, start)).map(identity)
    const got = heard.filter((entry) => {
      const seq = Number(entry.split(' ')[0])
      return seq > start && seq <= (leftSeq ?? log.length)
    })
    expect(got).toEqual(leftSeq === undefined ? due : due.slice(0, got.length))
    heard.splice(0, heard.length, ...heard.filter((entry) => !got.includes(entry)))
  }
  expect(heard).toEqual([])
}

function periodsOf(userId: string, log: readonly LogEntry[]) {
  const periods: { joinedSeq: number; leftSeq?: number }[] = []
  for (const entry of log) {
    if (subjectOf(entry) !== `member ${userId}`) continue
    const last = periods.at(-1)
    if (entry.type === 'member.joined') periods.push({ joinedSeq: entry.seq })
    else if (entry.type === 'member.left' && last) last.leftSeq = entry.seq
  }
  return periods
}

/** Invariants 4 and 9: one content per message and version for every reader and path, and no
 *  reader sees a version go back. `contents` gathers what all of them saw. */
export function auditContents(frames: readonly Heard[], contents: Map<string, string>): void {
  const newest = new Map<number, number>()
  for (const { type, data } of frames) {
    if (type !== 'message.created' && type !== 'message.edited') continue
    const message = data as Message // what these two carry
    const { roomId, seq, version, text, deletedAt } = message
    expect(version).toBeGreaterThanOrEqual(newest.get(seq) ?? 0)
    newest.set(seq, version)
    if (text === null && deletedAt === null) continue // hidden from this reader (L6)
    const key = `${roomId} ${seq} ${version}`
    const content = JSON.stringify(message, Object.keys(message).toSorted())
    expect([key, contents.get(key) ?? content]).toEqual([key, content])
    contents.set(key, content)
  }
}

/** L5: what a person is told is unread in these rooms is what a plain recount finds. */
export async function auditUnread(
  world: ChatWorld,
  viewer: Caller,
  rooms: readonly Room[],
): Promise<void> {
  const counted = await world.db.query<{ id: string; unread: number }>(sql`
    select m.room_id as id, count(x.seq) as unread from members m
    left join messages x on x.room_id = m.room_id and x.seq > m.read_seq
      and x.seq >= m.visible_from and x.author_id <> m.user_id and x.text is not null
    where m.user_id = ${viewer.userId} and m.room_id = any(${rooms.map(({ id }) => id)})
    group by m.room_id`)
  for (const { id, unread } of counted) {
    const told = { unread: Math.min(unread, 100), unreadMore: unread > 100 }
    expect(await world.rooms.get(viewer, id)).toMatchObject(told)
  }
}

/** A room that has members has an owner. */
export async function auditOwners(world: ChatWorld): Promise<void> {
  const ownerless = await world.db.query(sql`
    select r.id from rooms r join members m on m.room_id = r.id where r.kind <> 'direct'
    group by r.id having not bool_or(m.role = 'owner')`)
  expect(ownerless).toEqual([])
}
