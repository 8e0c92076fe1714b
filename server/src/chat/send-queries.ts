import { plainArray, prepared, sql } from '../infra/sql.ts'
import type { Sql } from '../infra/sql.ts'

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

/** What became of one input; a seq where it is in the log, now or from before. */
export type Outcome =
  | { verdict: 'stored' | 'repeated'; seq: number }
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
 * No two inputs of a batch may have the same clientId. What an input refers to is looked up for
 * each by itself (lateral, limit 1): a planner that joins would rather read a table of 100,000
 * messages from end to end for every batch. Its rows are Outcomes.
 */
export function storeMessages(batch: readonly NewMessage[]): Sql {
  const column = (key: 'roomId' | 'authorId' | 'clientId' | 'replyTo' | 'style' | 'at') =>
    plainArray(batch.map((message) => message[key]))
  const fingerprints = plainArray(batch.map(({ fingerprint }) => fingerprint.toString('hex')))
  return prepared(
    'store-messages',
    sql`with input as materialized (
          select * from unnest(${column('roomId')}::uuid[], ${column('authorId')}::uuid[],
            ${column('clientId')}::uuid[], ${batch.map(({ text }) => text)}::text[],
            ${column('replyTo')}::bigint[], ${column('style')}::text[], ${fingerprints}::text[],
            ${column('at')}::timestamptz[]) with ordinality
            as i (room_id, author_id, client_id, text, reply_to, style, fingerprint, at, n)
        ), judged as materialized (
          select i.*, r.last_seq, p.seq as prior_seq, case
              when r.id is null or (m.user_id is null and r.kind <> 'channel') then 'room_not_found'
              when m.user_id is null then 'forbidden'
              when p.fingerprint <> decode(i.fingerprint, 'hex') then 'client_id_conflict'
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
        ), placed as materialized (
          select *, last_seq + count(*) filter (where verdict = 'stored')
            over (partition by room_id order by n) as seq
          from judged
        ), stored as (
          insert into messages (room_id, seq, author_id, client_id, fingerprint, text, style,
            reply_to, version, created_at)
          select room_id, seq, author_id, client_id, decode(fingerprint, 'hex'), text, style,
            reply_to, seq, at
          from placed where verdict = 'stored'
        ), advanced as (
          update rooms r set last_seq = f.seq
          from (select room_id, max(seq) as seq from placed where verdict = 'stored'
            group by room_id) f
          where r.id = f.room_id
        )
        select coalesce(prior_seq, seq) as seq, verdict from placed order by n`,
  )
}

/** How the authors of a batch are shown, once each; its rows are UserSummaries. */
export function listAuthors(batch: readonly NewMessage[]): Sql {
  const authorIds = plainArray([...new Set(batch.map(({ authorId }) => authorId))])
  return prepared(
    'list-authors',
    sql`select u.id, u.username, u.display_name as "displayName", u.avatar_url as "avatarUrl"
      from unnest(${authorIds}::uuid[]) as author (id)
      join lateral (select * from user_summaries u where u.id = author.id limit 1) u on true`,
  )
}
