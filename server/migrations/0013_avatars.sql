-- Pictures of people: an address for everyone, and the files nobody names any more.

-- Up Migration

set local lock_timeout = '5s';

-- Whoever has no picture of her own is drawn from her name, which the address therefore stands for.
create or replace view user_summaries as
  select id, username, display_name,
    coalesce(avatar_url, '/v1/avatars/' || id || '/' ||
      left(encode(sha256(convert_to(display_name, 'UTF8')), 'hex'), 16)) as avatar_url
  from users;

-- Files to be removed: those that were replaced at once, those that are being stored unless their
-- person's row names them by then.
create table unused_files (
  key text primary key,
  due_at timestamptz(3) not null
);

create index unused_files_due on unused_files (due_at);

-- Down Migration

set local lock_timeout = '5s';

drop table unused_files;
create or replace view user_summaries as select id, username, display_name, avatar_url from users;
