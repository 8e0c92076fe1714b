-- The second thing a person shows when she signs in: a code of her authenticator.

-- Up Migration

set local lock_timeout = '5s';

create table totp_factors (
  user_id uuid primary key references users (id) on delete cascade,
  -- Base32, as her authenticator has it (RFC 6238).
  secret text not null,
  created_at timestamptz(3) not null,
  -- null: she has not shown a code of it yet, and none is asked for.
  confirmed_at timestamptz(3),
  -- The step of the last code that was taken: none is taken twice.
  last_step bigint not null default 0
);

-- For the day the authenticator is lost; using one removes it.
create table recovery_codes (
  user_id uuid not null references users (id) on delete cascade,
  -- SHA-256 of the code.
  code_hash bytea not null,
  primary key (user_id, code_hash)
);

-- Down Migration

set local lock_timeout = '5s';

drop table recovery_codes;
drop table totp_factors;
