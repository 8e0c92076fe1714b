-- Signed-in devices, and the keys that sign what they hold.

-- Up Migration

set local lock_timeout = '5s';

create table sessions (
  id uuid primary key,
  user_id uuid not null references users (id) on delete cascade,
  device_name text not null,
  address text not null,
  user_agent text not null,
  created_at timestamptz(3) not null,
  last_used_at timestamptz(3) not null,
  -- However often it is used, it ends here.
  expires_at timestamptz(3) not null,
  ended_at timestamptz(3),
  -- SHA-256 of the refresh token that is valid now, and of the one it replaced.
  refresh_hash bytea not null constraint sessions_refresh_hash_key unique,
  previous_refresh_hash bytea,
  -- When that one was used: its predecessor is only good for a moment after.
  rotated_at timestamptz(3) not null
);

create index sessions_user on sessions (user_id, last_used_at);

-- The refresh tokens a session has gone through: presenting an old one ends the session.
create table used_refresh_tokens (
  token_hash bytea primary key,
  session_id uuid not null references sessions (id) on delete cascade,
  used_at timestamptz(3) not null
);

create index used_refresh_tokens_session on used_refresh_tokens (session_id);
-- Rows come in this order and leave in it: a small index finds the oldest.
create index used_refresh_tokens_used on used_refresh_tokens using brin (used_at);

create table server_keys (
  id text primary key,
  purpose text not null check (purpose in ('access_token', 'refresh_token')),
  -- A private JWK, or the bytes of a symmetric key in base64url.
  secret text not null,
  created_at timestamptz(3) not null,
  retired_at timestamptz(3)
);

-- Down Migration

set local lock_timeout = '5s';

drop table server_keys;
drop table used_refresh_tokens;
drop table sessions;
