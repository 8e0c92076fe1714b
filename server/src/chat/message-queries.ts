import type { DbHandle } from '../infra/db.ts'
import { prepared, sql } from '../infra/sql.ts'
import type { Sql } from '../infra/sql.ts'
import { summaryJson } from './member-queries.ts'
import type { Message, MessagePage } from './schema.ts'

/** RFC 3339 with milliseconds inside JSON, as columnTypes gives it outside. */
const wireTime = (column: Sql) => sql`to_char(${column}, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`

/** A message as one JSON value in the shape of the wire; needs `msg` (messages) and `u`
 *  (user_summaries). */
export const messageJson = sql`json_build_object('roomId', msg.room_id, 'seq', msg.seq,
  'version', msg.version, 'author', ${summaryJson}, 'clientId', msg.client_id, 'text', msg.text,
  'style', msg.style, 'replyTo', msg.reply_to, 'createdAt', ${wireTime(sql`msg.created_at`)},
  'editedAt', ${wireTime(sql`msg.edited_at`)}, 'deletedAt', ${wireTime(sql`msg.deleted_at`)})`

/** The messages at these places, tombstones included, in no order. */
export async function listMessages(
  db: DbHandle,
  places: readonly { roomId: string; seq: number }[],
): Promise<Message[]> {
  const roomIds = places.map(({ roomId }) => roomId)
  const seqs = places.map(({ seq }) => seq)
  const rows = await db.query<{ message: Message }>(
    prepared(
      'list-messages',
      sql`select ${messageJson} as message
        from unnest(${roomIds}::uuid[], ${seqs}::bigint[]) as place (room_id, seq)
        join messages msg on msg.room_id = place.room_id and msg.seq = place.seq
        join user_summaries u on u.id = msg.author_id`,
    ),
  )
  return rows.map(({ message }) => message)
}

/** One message as this member may see it (L6). */
export async function findVisibleMessage(
  db: DbHandle,
  roomId: string,
  seq: number,
  viewerId: string,
): Promise<Message | undefined> {
  const [row] = await db.query<{ message: Message }>(
    prepared(
      'find-visible-message',
      sql`select ${messageJson} as message
        from members me
        join messages msg on msg.room_id = me.room_id and msg.seq >= me.visible_from
        join user_summaries u on u.id = msg.author_id
        where me.room_id = ${roomId} and me.user_id = ${viewerId} and msg.seq = ${seq}`,
    ),
  )
  return row?.message
}

export async function updateMessageText(
  db: DbHandle,
  message: { roomId: string; seq: number; text: string; version: number; at: string },
): Promise<void> {
  await db.query(sql`
    update messages set text = ${message.text}, version = ${message.version},
      edited_at = ${message.at}
    where room_id = ${message.roomId} and seq = ${message.seq}`)
}

/** Leaves the tombstone: place, author and fingerprint stay, the text goes. */
export async function deleteMessageText(
  db: DbHandle,
  message: { roomId: string; seq: number; version: number; at: string },
): Promise<void> {
  await db.query(sql`
    update messages set text = null, version = ${message.version}, deleted_at = ${message.at}
    where room_id = ${message.roomId} and seq = ${message.seq}`)
}

export interface PageBounds {
  before?: number | undefined
  after?: number | undefined
  around?: number | undefined
  limit: number
}

interface PageRow {
  lastSeq: number
  hasBefore: boolean
  hasAfter: boolean
  /** null in the one row of an empty page. */
  message: Message | null
}

/** A page with the room's lastSeq in one snapshot; undefined where the viewer is no member. What
 *  lies beyond it is asked for in order, by the index: for a mere `exists` a planner may read a
 *  table of ten million messages from its beginning. */
export async function findMessagePage(
  db: DbHandle,
  roomId: string,
  viewerId: string,
  bounds: PageBounds,
): Promise<MessagePage | undefined> {
  const { low, high } = emptyEdges(bounds)
  const rows = await db.query<PageRow>(
    prepared(
      `message-page-${directionOf(bounds)}`,
      sql`with me as materialized (
          select r.last_seq, m.visible_from from members m join rooms r on r.id = m.room_id
          where m.room_id = ${roomId} and m.user_id = ${viewerId}
        ), page as materialized (${pageRows(roomId, bounds)}),
        edges as (
          select coalesce(min(seq), ${low}) as low, coalesce(max(seq), ${high}) as high from page
        ), beyond as materialized (
          select me.last_seq,
            (select b.seq from messages b where b.room_id = ${roomId} and b.seq < edges.low
              and b.seq >= me.visible_from order by b.seq desc limit 1) is not null as before,
            (select a.seq from messages a where a.room_id = ${roomId} and a.seq > edges.high
              and a.seq >= me.visible_from order by a.seq limit 1) is not null as after
          from me cross join edges
        )
        select last_seq as "lastSeq", before as "hasBefore", after as "hasAfter",
          case when msg.seq is not null then ${messageJson} end as message
        from beyond
        left join page msg on true
        left join lateral (select * from user_summaries u where u.id = msg.author_id limit 1) u
          on true
        order by msg.seq`,
    ),
  )
  const [first] = rows
  if (!first) return undefined
  const { lastSeq, hasBefore, hasAfter } = first
  const items = rows.flatMap(({ message }) => message ?? [])
  return { items, lastSeq, hasBefore, hasAfter }
}

function directionOf({ before, after, around }: PageBounds): string {
  if (around !== undefined) return 'around'
  if (after !== undefined) return 'after'
  return before === undefined ? 'latest' : 'before'
}

/** Where an empty page stands, so that hasBefore and hasAfter look from the right place. */
function emptyEdges({ before, after, around }: PageBounds): { low: number; high: number } {
  if (around !== undefined) return { low: around, high: around }
  if (after !== undefined) return { low: after + 1, high: after }
  return before === undefined ? { low: 0, high: 0 } : { low: before, high: before - 1 }
}

function pageRows(roomId: string, { before, after, around, limit }: PageBounds) {
  const visible = sql`from messages msg where msg.room_id = ${roomId}
    and msg.seq >= (select visible_from from me)`
  const upTo = (seq: number, count: number) =>
    sql`(select msg.* ${visible} and msg.seq < ${seq} order by msg.seq desc limit ${count})`
  const from = (seq: number, count: number) =>
    sql`(select msg.* ${visible} and msg.seq > ${seq} order by msg.seq limit ${count})`
  if (around !== undefined) {
    const earlier = Math.floor(limit / 2)
    return sql`${upTo(around, earlier)} union all ${from(around - 1, limit - earlier)}`
  }
  if (after !== undefined) return from(after, limit)
  return upTo(before ?? Number.MAX_SAFE_INTEGER, limit)
}
