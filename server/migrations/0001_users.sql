-- People, who blocks whom, and the record of what was done to accounts.

-- Up Migration

set local lock_timeout = '5s';

create extension if not exists pg_trgm;

create table users (
  id uuid primary key,
  -- Lower case; freed when the account is deleted.
  username text not null constraint users_username_key unique,
  email text,
  email_verified_at timestamptz(3),
  -- null: this person cannot log in with a password (imported, or deleted).
  password_hash text,
  display_name text not null,
  bio text not null default '',
  status_text text not null default '',
  avatar_url text,
  role text not null default 'user' check (role in ('user', 'admin')),
  status text not null default 'active' check (status in ('active', 'suspended', 'deleted')),
  status_reason text,
  -- What search looks at: both names in lower case, spaces around them, so that the beginning and
  -- the end of every word can be asked for.
  search_text text generated always as (lower(' ' || username || ' ' || display_name || ' ')) stored,
  -- Grows with everything that concerns this person on all devices (L4).
  state_seq bigint not null default 0,
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null
);

create unique index users_email_key on users (lower(email));
create index users_username_prefix on users (username text_pattern_ops);
create index users_display_name_prefix on users (lower(display_name) text_pattern_ops);
create index users_search on users using gin (search_text gin_trgm_ops);

-- What other services may join: how a person appears beside what she did.
create view user_summaries as select id, username, display_name, avatar_url from users;

create table blocks (
  user_id uuid not null references users (id) on delete cascade,
  blocked_id uuid not null references users (id) on delete cascade,
  created_at timestamptz(3) not null,
  primary key (user_id, blocked_id)
);

create index blocks_blocked on blocks (blocked_id);

create table audit_log (
  id uuid primary key,
  at timestamptz(3) not null,
  -- null: the server itself, or someone at its command line.
  actor_id uuid references users (id) on delete set null,
  action text not null,
  subject_id uuid references users (id) on delete set null,
  detail jsonb not null default '{}'
);

create index audit_log_subject on audit_log (subject_id, id);

-- Down Migration

set local lock_timeout = '5s';

drop table audit_log;
drop table blocks;
drop view user_summaries;
drop table users;
drop extension pg_trgm;
