-- What programs sign in with, in a person's name or a bot's.

-- Up Migration

set local lock_timeout = '5s';

-- Nobody signs in as a bot; administrators hand out its tokens.
alter table users add column bot boolean not null default false;

create table personal_tokens (
  -- Stands where a session's id stands.
  id uuid primary key,
  user_id uuid not null references users (id) on delete cascade,
  name text not null,
  -- SHA-256 of the token.
  token_hash bytea not null constraint personal_tokens_hash_key unique,
  scopes text[] not null,
  created_at timestamptz(3) not null,
  -- null: it does not run out.
  expires_at timestamptz(3),
  last_used_at timestamptz(3),
  revoked_at timestamptz(3)
);

create index personal_tokens_user on personal_tokens (user_id, id);

-- Down Migration

set local lock_timeout = '5s';

drop table personal_tokens;
alter table users drop column bot;
