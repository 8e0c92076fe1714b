import { prepared, sql } from '../infra/sql.ts'
import type { Sql } from '../infra/sql.ts'
import type { UserSummary } from '../user/schema.ts'
import { summaryJson } from './member-queries.ts'

/** One message to store, already validated. */
export interface NewMessage {
  roomId: string
  authorId: string
  clientId: string
  text: string
  replyTo: number | null
  style: 'text' | 'action'
  /** Of the original input, so that a repeat can be told from another content (P3). */
  fingerprint: Buffer
  /** RFC 3339, milliseconds. */
  at: string
}

/** Committed with the batch, at this place. */
interface Stored {
  verdict: 'stored'
  seq: number
  author: UserSummary
}

/** What became of one input. */
export type Outcome =
  | Stored
  | { verdict: 'repeated'; seq: number }
  | {
      verdict:
        | 'room_not_found'
        | 'forbidden'
        | 'client_id_conflict'
        | 'room_archived'
        | 'message_not_found'
    }

/**
 * The work statement of a batch (G1), run after the rooms are locked: judges each input in order
 * (membership, repeat, archive, rights), numbers what is new, stores it, answers each input.
 * What an input refers to is looked up for each by itself (lateral, limit 1): a planner that
 * joins would rather read a table of 100,000 messages from end to end for every batch.
 * A clientId that comes twice in one batch is judged against the first that is stored. Its rows
 * are Outcomes.
 */
export function storeMessages(batch: readonly NewMessage[]): Sql {
  const column = <K extends keyof NewMessage>(key: K) => batch.map((message) => message[key])
  return prepared(
    'store-messages',
    sql`with input as materialized (
          select * from unnest(${column('roomId')}::uuid[], ${column('authorId')}::uuid[],
            ${column('clientId')}::uuid[], ${column('text')}::text[],
            ${column('replyTo')}::bigint[], ${column('style')}::text[],
            ${column('fingerprint')}::bytea[], ${column('at')}::timestamptz[]) with ordinality
            as i (room_id, author_id, client_id, text, reply_to, style, fingerprint, at, n)
        ), judged as materialized (
          select i.*, r.last_seq, p.seq as prior_seq, case
              when r.id is null or (m.user_id is null and r.kind <> 'channel') then 'room_not_found'
              when m.user_id is null then 'forbidden'
              when p.fingerprint <> i.fingerprint then 'client_id_conflict'
              when p.seq is not null then 'repeated'
              when r.archived_at is not null then 'room_archived'
              when i.reply_to is not null and t.seq is null then 'message_not_found'
              else 'stored' end as verdict
          from input i
          left join rooms r on r.id = i.room_id
          left join lateral (select * from members m
            where m.room_id = i.room_id and m.user_id = i.author_id limit 1) m on true
          left join lateral (select * from messages p where p.room_id = i.room_id
            and p.author_id = i.author_id and p.client_id = i.client_id limit 1) p on true
          left join lateral (select * from messages t where t.room_id = i.room_id
            and t.seq = i.reply_to and t.seq >= m.visible_from limit 1) t on true
        ), new as materialized (
          select *, min(n) over (partition by room_id, author_id, client_id) as first_n
          from judged where verdict = 'stored'
        ), fresh as materialized (
          select *, last_seq + row_number() over (partition by room_id order by n) as seq
          from new where n = first_n
        ), stored as (
          insert into messages (room_id, seq, author_id, client_id, fingerprint, text, style,
            reply_to, version, created_at)
          select room_id, seq, author_id, client_id, fingerprint, text, style, reply_to, seq, at
          from fresh
        ), advanced as (
          update rooms r set last_seq = f.seq
          from (select room_id, max(seq) as seq from fresh group by room_id) f
          where r.id = f.room_id
        )
        select coalesce(j.prior_seq, f.seq) as seq, case
            when new.n is null or new.n = new.first_n then j.verdict
            when f.fingerprint = j.fingerprint then 'repeated'
            else 'client_id_conflict' end as verdict,
          case when f.n = j.n then ${summaryJson} end as author
        from judged j
        left join new on new.n = j.n
        left join fresh f on f.n = new.first_n
        left join lateral (select * from user_summaries u
          where u.id = j.author_id limit 1) u on true
        order by j.n`,
  )
}
