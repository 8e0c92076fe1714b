-- What people say of themselves and to whom, when they were last seen, and suspensions that end.

-- Up Migration

set local lock_timeout = '5s';

alter table users
  -- null: the status text stays until it is changed.
  add column status_text_until timestamptz(3),
  -- IANA and BCP 47 names.
  add column time_zone text,
  add column locale text,
  -- Who may begin a direct room with her or add her to a room.
  add column reachable_by text not null default 'everyone'
    check (reachable_by in ('everyone', 'sharedRooms', 'nobody')),
  add column last_seen_to text not null default 'everyone'
    check (last_seen_to in ('everyone', 'contacts', 'nobody')),
  -- null: a suspension lasts until an administrator ends it.
  add column suspended_until timestamptz(3);

create index users_suspended_until on users (suspended_until) where suspended_until is not null;

-- Beside users: written often, and no row anybody waits for.
create table last_seen (
  user_id uuid primary key references users (id) on delete cascade,
  at timestamptz(3) not null
) with (fillfactor = 70);

-- What a profile holds on this server beside the product's own fields.
create table profile_fields (
  key text primary key,
  label text not null,
  kind text not null check (kind in ('text', 'url')),
  max_length integer not null,
  position integer not null
);

create table profile_values (
  user_id uuid not null references users (id) on delete cascade,
  field_key text not null references profile_fields (key) on delete cascade,
  value text not null,
  primary key (user_id, field_key)
);

create index profile_values_field on profile_values (field_key);

create index audit_log_actor on audit_log (actor_id, id);
create index audit_log_action on audit_log (action, id);

-- Down Migration

set local lock_timeout = '5s';

drop index audit_log_action;
drop index audit_log_actor;
drop table profile_values;
drop table profile_fields;
drop table last_seen;
alter table users
  drop column suspended_until,
  drop column last_seen_to,
  drop column reachable_by,
  drop column locale,
  drop column time_zone,
  drop column status_text_until;
