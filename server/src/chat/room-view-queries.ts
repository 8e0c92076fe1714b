import { firstId } from '../contract/uuid.ts'
import type { DbHandle } from '../infra/db.ts'
import { prepared, sql } from '../infra/sql.ts'
import type { Sql } from '../infra/sql.ts'
import { containing } from '../user/like-pattern.ts'
import type { UserSummary } from '../user/schema.ts'
import { summaryJson } from './member-queries.ts'
import { messageJson } from './message-queries.ts'
import { roomColumns } from './room-queries.ts'
import type { Channel, ReadMark, Room } from './schema.ts'

export interface Viewer {
  id: string
  /** Whom she blocks: their messages are never unread to her (L5). */
  blockedIds: readonly string[]
}

/** The viewers as a table `v`, each with whom she blocks as one array. */
const viewersTable = (viewers: readonly Viewer[]): Sql => {
  const ids = viewers.map(({ id }) => id)
  const blocked = viewers.map(({ blockedIds }) => `{${blockedIds.join(',')}}`)
  return sql`viewers as materialized (
    select id, blocked::uuid[] as blocked_ids
    from unnest(${ids}::uuid[], ${blocked}::text[]) as v (id, blocked)
  )`
}

/** Messages after the read marker, not hers, not deleted, of nobody she blocks; counted to 101,
 *  which reads "more than 100" (L5). Needs `r`, `m` and `v`. */
const unreadCount = sql`(
  select count(*) from (
    select 1 from messages x
    where r.last_seq > m.read_seq and x.room_id = m.room_id
      and x.seq > greatest(m.read_seq, m.visible_from - 1)
      and x.author_id <> v.id and x.deleted_at is null
      and x.author_id <> all (v.blocked_ids)
    limit 101
  ) counted)`

function capped(count: number): { unread: number; unreadMore: boolean } {
  return { unread: Math.min(count, 100), unreadMore: count > 100 }
}

export interface RoomView {
  room: Room
  /** When it was last written to: what the list is ordered by. */
  activeAt: string
  viewerId: string
}

type RoomViewRow = Omit<Room, 'unreadMore' | 'peer'> & {
  peer: UserSummary | null
  activeAt: string
  viewerId: string
}

/** Which of the viewer's rooms: these, or a page by latest activity. */
export type RoomChoice =
  | { roomIds: readonly string[] }
  | { before: { activeAt: string; roomId: string } | undefined; limit: number }
  | 'all'

/** One viewer's rooms as she sees them, or those of many, latest activity first, all in one
 *  snapshot. */
export async function listRoomViews(
  db: DbHandle,
  viewers: Viewer | readonly Viewer[],
  choice: RoomChoice,
): Promise<RoomView[]> {
  const statement = sql`
    with ${viewersTable([viewers].flat())}
    select * from (
      select v.id as "viewerId", ${roomColumns}, m.role, m.joined_seq as "joinedSeq", m.visible_from as "visibleFrom",
        r.last_seq as "lastSeq", m.read_seq as "readSeq", ${unreadCount} as unread,
        (select ${summaryJson} from members o join user_summaries u on u.id = o.user_id
          where r.kind = 'direct' and o.room_id = r.id and o.user_id <> m.user_id) as peer,
        case when msg.seq is not null then ${messageJson} end as "lastMessage",
        coalesce(msg.created_at, r.created_at) as "activeAt"
      from viewers v
      join members m on m.user_id = v.id
      join rooms r on r.id = m.room_id
      left join lateral (
        select * from messages l
        where l.room_id = r.id and l.seq >= m.visible_from and l.deleted_at is null
        order by l.seq desc limit 1
      ) msg on true
      left join user_summaries u on u.id = msg.author_id
      where true ${onlyThese(choice)}
    ) views ${page(choice)}`
  const rows = await db.query<RoomViewRow>(prepared(nameOf(choice), statement))
  return rows.map((row) => {
    const { viewerId, activeAt } = row
    return { viewerId, activeAt, room: roomOf(row) }
  })
}

/** Member by member: of the rows of thousands who come back at once, a rest pattern costs most. */
function roomOf(row: RoomViewRow): Room {
  const room: Room = {
    id: row.id,
    kind: row.kind,
    name: row.name,
    topic: row.topic,
    history: row.history,
    version: row.version,
    createdAt: row.createdAt,
    archivedAt: row.archivedAt,
    role: row.role,
    joinedSeq: row.joinedSeq,
    visibleFrom: row.visibleFrom,
    lastSeq: row.lastSeq,
    readSeq: row.readSeq,
    lastMessage: row.lastMessage,
    ...capped(row.unread),
  }
  if (row.peer) room.peer = row.peer
  return room
}

/** The text differs by the choice, and so does the name it is prepared under. */
function nameOf(choice: RoomChoice): string {
  if (choice === 'all') return 'list-all-room-views'
  if ('roomIds' in choice) return 'list-these-room-views'
  return choice.before ? 'list-next-room-views' : 'list-first-room-views'
}

function onlyThese(choice: RoomChoice): Sql {
  if (choice === 'all' || !('roomIds' in choice)) return sql``
  return sql`and m.room_id = any (${choice.roomIds}::uuid[])`
}

function page(choice: RoomChoice): Sql {
  const order = sql`order by "activeAt" desc, id desc`
  if (choice === 'all' || 'roomIds' in choice) return order
  const { before, limit } = choice
  const from = before
    ? sql`where ("activeAt", id) < (${before.activeAt}::timestamptz, ${before.roomId}::uuid)`
    : sql``
  return sql`${from} ${order} limit ${limit}`
}

/** The viewer's marker in one room and what it leaves unread. */
export async function findReadMark(
  db: DbHandle,
  viewer: Viewer,
  roomId: string,
): Promise<ReadMark | undefined> {
  const [row] = await db.query<{ readSeq: number; unread: number }>(
    prepared(
      'find-read-mark',
      sql`with ${viewersTable([viewer])}
        select m.read_seq as "readSeq", ${unreadCount} as unread
        from viewers v
        join members m on m.user_id = v.id
        join rooms r on r.id = m.room_id
        where m.room_id = ${roomId}`,
    ),
  )
  return row && { readSeq: row.readSeq, ...capped(row.unread) }
}

interface ChannelPage {
  viewerId: string
  /** What the name holds, in any case; empty finds all. */
  q: string
  after: { name: string; roomId: string } | undefined
  limit: number
}

const channelView = (viewerId: string): Sql => sql`
  select ${roomColumns},
    (select count(*) from members c where c.room_id = r.id) as "memberCount",
    exists (select 1 from members me where me.room_id = r.id and me.user_id = ${viewerId}) as joined
  from rooms r where r.kind = 'channel'`

/** Open channels whose name holds `q`, by name: byte by byte, the same under every locale. */
export async function listChannels(db: DbHandle, page: ChannelPage): Promise<Channel[]> {
  const after = page.after ?? { name: '', roomId: firstId }
  const key = sql`lower(${after.name})`
  return db.query<Channel>(sql`
    ${channelView(page.viewerId)} and r.archived_at is null
      and lower(r.name) like lower(${containing(page.q)})
      and lower(r.name) ~>=~ ${key} and (lower(r.name) ~>~ ${key} or r.id > ${after.roomId}::uuid)
    order by lower(r.name) using ~<~, r.id limit ${page.limit}`)
}

export async function findChannel(
  db: DbHandle,
  viewerId: string,
  roomId: string,
): Promise<Channel | undefined> {
  const [channel] = await db.query<Channel>(sql`${channelView(viewerId)} and r.id = ${roomId}`)
  return channel
}
