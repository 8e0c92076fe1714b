-- Keys of people's devices that sign in without a password (WebAuthn).

-- Up Migration

set local lock_timeout = '5s';

create table passkeys (
  id uuid primary key,
  user_id uuid not null references users (id) on delete cascade,
  name text not null,
  -- As the authenticator names it.
  credential_id bytea not null constraint passkeys_credential_key unique,
  -- COSE, as the authenticator gave it.
  public_key bytea not null,
  -- How often it was used, as the authenticator says; 0 for ever where it does not count.
  counter bigint not null,
  -- How browsers reach the authenticator: a hint for them.
  transports text[] not null,
  -- Whether its maker keeps a copy for the person's other devices.
  backed_up boolean not null,
  created_at timestamptz(3) not null,
  last_used_at timestamptz(3)
);

create index passkeys_user on passkeys (user_id, id);

create table passkey_challenges (
  -- SHA-256 of what an authenticator is asked to sign; using it removes the row.
  challenge_hash bytea primary key,
  -- Who adds a passkey; null: somebody signs in.
  user_id uuid references users (id) on delete cascade,
  expires_at timestamptz(3) not null
);

create index passkey_challenges_expires on passkey_challenges (expires_at);

-- Down Migration

set local lock_timeout = '5s';

drop table passkey_challenges;
drop table passkeys;
