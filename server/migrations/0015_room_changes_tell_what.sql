-- What a change of a room changed.

-- Up Migration

set local lock_timeout = '5s';

-- Null in entries from before, of which nobody can tell it any more.
alter table room_changes add column changed text[];

create or replace view room_log as
  select room_id, seq, 'message.created' as type, author_id as actor_id, null::uuid as subject_id,
    seq as subject_seq, null::text as role, null::text as reason, created_at as at,
    null::text[] as changed
  from messages
  union all
  select room_id, seq, type, actor_id, subject_id, subject_seq, role, reason, at, changed
  from room_changes;

-- Down Migration

set local lock_timeout = '5s';

drop view room_log;
create view room_log as
  select room_id, seq, 'message.created' as type, author_id as actor_id, null::uuid as subject_id,
    seq as subject_seq, null::text as role, null::text as reason, created_at as at
  from messages
  union all
  select room_id, seq, type, actor_id, subject_id, subject_seq, role, reason, at
  from room_changes;
alter table room_changes drop column changed;
