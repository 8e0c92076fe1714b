import type { DbHandle, Transaction } from '../infra/db.ts'
import { prepared, sql } from '../infra/sql.ts'
import type { UserSummary } from '../user/schema.ts'
import { summaryJson } from './member-queries.ts'
import { messageJson } from './message-queries.ts'
import type { MemberRole, Message, RoomChangeKind } from './schema.ts'

export interface Change {
  roomId: string
  type:
    | 'message.edited'
    | 'message.deleted'
    | 'member.joined'
    | 'member.updated'
    | 'member.left'
    | 'room.updated'
  actorId: string
  subjectId?: string
  subjectSeq?: number
  role?: MemberRole
  reason?: 'left' | 'removed' | 'deleted'
  changed?: RoomChangeKind[]
  at: string
}

/** Takes the room's next seqs and writes the entries in this order; the room must be locked (L1).
 *  Returns the first seq. */
export async function insertChanges(
  tx: Transaction,
  roomId: string,
  changes: readonly Omit<Change, 'roomId'>[],
): Promise<number> {
  const column = <K extends keyof Omit<Change, 'roomId'>>(key: K) =>
    changes.map((change) => change[key] ?? null)
  // unnest would make one row of every word.
  const changed = changes.map((change) => change.changed?.join() ?? null)
  const [row] = await tx.query<{ first: number }>(
    prepared(
      'insert-changes',
      sql`with room as (
          update rooms set last_seq = last_seq + ${changes.length}::bigint where id = ${roomId}
          returning last_seq - ${changes.length}::bigint as before
        ), written as (
          insert into room_changes (room_id, seq, type, actor_id, subject_id, subject_seq, role,
            reason, changed, at)
          select ${roomId}::uuid, before + n, type, actor_id, subject_id, subject_seq, role, reason,
            string_to_array(changed, ','), at
          from room, unnest(${column('type')}::text[], ${column('actorId')}::uuid[],
            ${column('subjectId')}::uuid[], ${column('subjectSeq')}::bigint[],
            ${column('role')}::text[], ${column('reason')}::text[], ${changed}::text[],
            ${column('at')}::timestamptz[]) with ordinality
            as i (type, actor_id, subject_id, subject_seq, role, reason, changed, at, n)
        )
        select before + 1 as first from room`,
    ),
  )
  if (!row) throw new Error(`room ${roomId} vanished under its lock`)
  return row.first
}

export interface LogRow {
  seq: number
  type: 'message.created' | Change['type']
  at: string
  actorId: string
  subjectId: string | null
  subjectSeq: number | null
  role: MemberRole | null
  reason: 'left' | 'removed' | 'deleted' | null
  /** What a change of the room changed; null in entries older than the column. */
  changed: RoomChangeKind[] | null
  /** The subject of member entries, as she appears now. */
  subject: UserSummary | null
  /** The subject of created and edited entries, as it is now. */
  message: Message | null
  /** Members from whom the message of an edited entry is hidden: it lies before their floor (L6). */
  hiddenFrom: string[] | null
}

/** A closed range of a room's log: the entries (after, upTo] (L7). */
export interface LogRange {
  roomId: string
  after: number
  upTo: number
}

/** The entries of these ranges, each by ascending seq; `range` says which of them, from 1. */
export async function listLogRows(
  db: DbHandle,
  ranges: readonly LogRange[],
): Promise<(LogRow & { range: number })[]> {
  const column = <K extends keyof LogRange>(key: K) => ranges.map((range) => range[key])
  return db.query<LogRow & { range: number }>(
    prepared(
      'list-log-rows',
      sql`select i.range, l.seq, l.type, l.at, l.actor_id as "actorId",
          l.subject_id as "subjectId", l.subject_seq as "subjectSeq", l.role, l.reason, l.changed,
          case when msg.seq is not null then ${messageJson} end as message,
          (select ${summaryJson} from user_summaries u where u.id = l.subject_id) as subject,
          case when l.type = 'message.edited' and r.history = 'sinceJoin' then array(
            select m.user_id from members m
            where m.room_id = l.room_id and m.visible_from > l.subject_seq
          ) end as "hiddenFrom"
        from unnest(${column('roomId')}::uuid[], ${column('after')}::bigint[],
          ${column('upTo')}::bigint[]) with ordinality as i (room_id, after, up_to, range)
        join rooms r on r.id = i.room_id
        cross join lateral (
          select * from room_log l
          where l.room_id = i.room_id and l.seq > i.after and l.seq <= i.up_to
        ) l
        left join messages msg on msg.room_id = l.room_id and msg.seq = l.subject_seq
          and l.type in ('message.created', 'message.edited')
        left join user_summaries u on u.id = msg.author_id
        order by i.range, l.seq`,
    ),
  )
}
