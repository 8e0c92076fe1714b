import type { DbHandle, Transaction } from '../infra/db.ts'
import { prepared, sql } from '../infra/sql.ts'
import type { UserSummary } from '../user/schema.ts'
import { summaryJson } from './member-queries.ts'
import { messageJson } from './message-queries.ts'
import type { MemberRole, Message } from './schema.ts'

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
  at: string
}

/** Takes the room's next seq and writes the entry; the room must be locked (L1). */
export async function insertChange(tx: Transaction, change: Change): Promise<number> {
  const { roomId, type, actorId, subjectId, subjectSeq, role, reason, at } = change
  const [row] = await tx.query<{ seq: number }>(
    prepared(
      'insert-change',
      sql`with next as (
          update rooms set last_seq = last_seq + 1 where id = ${roomId} returning last_seq
        )
        insert into room_changes (room_id, seq, type, actor_id, subject_id, subject_seq, role,
          reason, at)
        select ${roomId}, last_seq, ${type}, ${actorId}, ${subjectId ?? null},
          ${subjectSeq ?? null}, ${role ?? null}, ${reason ?? null}, ${at} from next
        returning seq`,
    ),
  )
  if (!row) throw new Error(`room ${roomId} vanished under its lock`)
  return row.seq
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
  /** The subject of member entries, as she appears now. */
  subject: UserSummary | null
  /** The subject of created and edited entries, as it is now. */
  message: Message | null
}

/** The closed range (after, upTo] of a room's log, by ascending seq (L7). */
export async function listLogRows(
  db: DbHandle,
  roomId: string,
  after: number,
  upTo: number,
): Promise<LogRow[]> {
  return db.query<LogRow>(
    prepared(
      'list-log-rows',
      sql`select l.seq, l.type, l.at, l.actor_id as "actorId", l.subject_id as "subjectId",
          l.subject_seq as "subjectSeq", l.role, l.reason,
          case when msg.seq is not null then ${messageJson} end as message,
          (select ${summaryJson} from user_summaries u where u.id = l.subject_id) as subject
        from room_log l
        left join messages msg on msg.room_id = l.room_id and msg.seq = l.subject_seq
          and l.type in ('message.created', 'message.edited')
        left join user_summaries u on u.id = msg.author_id
        where l.room_id = ${roomId} and l.seq > ${after} and l.seq <= ${upTo}
        order by l.seq`,
    ),
  )
}
