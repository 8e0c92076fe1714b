-- Who people are elsewhere: at the providers they sign in with, at the issuer that brings its users.

-- Up Migration

set local lock_timeout = '5s';

create table identities (
  id uuid primary key,
  user_id uuid not null references users (id) on delete cascade,
  issuer text not null,
  subject text not null,
  -- What the issuer said last: for the person to know it by, and to notice what changes there.
  email text,
  display_name text,
  created_at timestamptz(3) not null,
  last_used_at timestamptz(3) not null,
  constraint identities_subject_key unique (issuer, subject),
  constraint identities_user_key unique (user_id, issuer)
);

-- Sign-ins that are at a provider just now; coming back removes the row.
create table openid_logins (
  -- SHA-256 of the `state` the provider hands back.
  state_hash bytea primary key,
  provider text not null,
  nonce text not null,
  -- Of PKCE, towards the provider.
  code_verifier text not null,
  -- SHA-256 of what only the browser or app that began it holds.
  binding bytea not null,
  in_app boolean not null,
  return_to text not null,
  -- Who links the identity to her account; null: somebody signs in.
  user_id uuid references users (id) on delete cascade,
  invitation text,
  device_name text,
  expires_at timestamptz(3) not null
);

create index openid_logins_expires on openid_logins (expires_at);

-- Those that came back and wait for their app, or for a code of the person's authenticator.
create table openid_tickets (
  ticket_hash bytea primary key,
  provider text not null,
  binding bytea not null,
  user_id uuid references users (id) on delete cascade,
  invitation text,
  device_name text,
  -- What the provider says of her.
  assertion jsonb not null,
  expires_at timestamptz(3) not null
);

create index openid_tickets_expires on openid_tickets (expires_at);

-- Sessions that live by the tokens of the trusted issuer.
create table foreign_sessions (
  session_id uuid primary key references sessions (id) on delete cascade,
  identity_id uuid not null references identities (id) on delete cascade,
  -- The issuer's name for it; empty where it gives none.
  sid text not null
);

create index foreign_sessions_identity on foreign_sessions (identity_id, sid);

-- Of deleted people, for a day: a token from before must not bring them back.
create table erased_identities (
  -- HMAC of issuer and subject.
  identity_hash bytea primary key,
  erased_at timestamptz(3) not null
);

-- Down Migration

set local lock_timeout = '5s';

drop table erased_identities;
drop table foreign_sessions;
drop table openid_tickets;
drop table openid_logins;
drop table identities;
