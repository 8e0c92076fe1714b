-- What a link in a mail proves: that whoever opens it reads the mail of this address.

-- Up Migration

set local lock_timeout = '5s';

create table mail_tokens (
  -- SHA-256 of the token; using it removes the row.
  token_hash bytea primary key,
  purpose text not null check (purpose in ('verify_email', 'reset_password')),
  user_id uuid not null references users (id) on delete cascade,
  -- Where it was sent; of a verification, the address that becomes the person's own.
  email text not null,
  created_at timestamptz(3) not null,
  expires_at timestamptz(3) not null
);

create index mail_tokens_user on mail_tokens (user_id, purpose, created_at);
create index mail_tokens_expires on mail_tokens (expires_at);

-- Down Migration

set local lock_timeout = '5s';

drop table mail_tokens;
