-- Who may come: invitations, and accounts that wait for their address to be confirmed.

-- Up Migration

set local lock_timeout = '5s';

create table invitations (
  id uuid primary key,
  -- SHA-256 of what is handed to the guests.
  token_hash bytea not null constraint invitations_token_key unique,
  note text not null,
  created_by uuid references users (id) on delete set null,
  created_at timestamptz(3) not null,
  expires_at timestamptz(3) not null,
  max_uses integer not null,
  uses integer not null default 0,
  revoked_at timestamptz(3)
);

create table pending_registrations (
  -- SHA-256 of the token in the mail; using it removes the row.
  token_hash bytea primary key,
  username text not null,
  email text not null,
  password_hash text not null,
  display_name text not null,
  created_at timestamptz(3) not null,
  expires_at timestamptz(3) not null
);

create index pending_registrations_email on pending_registrations (lower(email), created_at);
create index pending_registrations_expires on pending_registrations (expires_at);

-- Down Migration

set local lock_timeout = '5s';

drop table pending_registrations;
drop table invitations;
