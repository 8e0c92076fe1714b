-- What a person may ask for: a copy of all that is known of her, and her texts taken back.

-- Up Migration

set local lock_timeout = '5s';

create table data_exports (
  id uuid primary key,
  -- One at a time.
  user_id uuid not null constraint data_exports_user_key unique
    references users (id) on delete cascade,
  state text not null check (state in ('waiting', 'ready', 'failed')),
  requested_at timestamptz(3) not null,
  attempts integer not null default 0,
  -- Until then a node writes it; one that finds this over takes it up.
  claimed_until timestamptz(3),
  ready_at timestamptz(3),
  expires_at timestamptz(3) not null,
  bytes bigint,
  -- Signs the links to the file, and goes with it.
  link_key bytea not null
);

create index data_exports_expires on data_exports (expires_at);

-- Deleted accounts whose texts are still being taken back, room by room.
create table text_erasures (
  user_id uuid primary key references users (id) on delete cascade,
  requested_at timestamptz(3) not null
);

-- Down Migration

set local lock_timeout = '5s';

drop table text_erasures;
drop table data_exports;
