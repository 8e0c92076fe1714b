-- Rooms, their members and their log (realtime.md, L1 to L8).

-- Up Migration

set local lock_timeout = '5s';

create table rooms (
  id uuid primary key,
  kind text not null check (kind in ('direct', 'group', 'channel')),
  name text,
  topic text not null default '',
  history text not null default 'all' check (history in ('all', 'sinceJoin')),
  created_by uuid references users (id) on delete set null,
  -- Repeats of one creation are the same room (P3); null for direct rooms.
  client_id uuid,
  fingerprint bytea,
  -- A direct room's two members, smaller id first: there is one room a pair.
  direct_key text constraint rooms_direct_key unique,
  archived_at timestamptz(3),
  -- The seq of the entry that last changed the room itself (P2).
  version bigint not null default 0,
  first_seq bigint not null default 1,
  last_seq bigint not null default 0,
  created_at timestamptz(3) not null,
  constraint rooms_client_id_key unique (created_by, client_id)
  -- A message changes last_seq only, which no index holds: the update stays on its page (L1).
) with (fillfactor = 70);

create index rooms_channel_name on rooms using gin (lower(name) gin_trgm_ops) where kind = 'channel';
create index rooms_channel_prefix on rooms (lower(name) text_pattern_ops, id) where kind = 'channel';

create table members (
  room_id uuid not null references rooms (id) on delete cascade,
  user_id uuid not null references users (id) on delete cascade,
  role text not null check (role in ('owner', 'admin', 'member')),
  joined_at timestamptz(3) not null,
  joined_seq bigint not null,
  -- Nothing before it is ever shown to this member (L6).
  visible_from bigint not null,
  version bigint not null,
  read_seq bigint not null,
  primary key (room_id, user_id)
) with (fillfactor = 80);

create index members_user on members (user_id);

-- A message is itself its created entry in the log (L2).
create table messages (
  room_id uuid not null references rooms (id) on delete cascade,
  seq bigint not null,
  author_id uuid not null references users (id),
  client_id uuid not null,
  -- Of the original input (text and replyTo): what a repeat is compared with (P3).
  fingerprint bytea,
  text text,
  style text not null default 'text' check (style in ('text', 'action')),
  reply_to bigint,
  version bigint not null,
  created_at timestamptz(3) not null,
  edited_at timestamptz(3),
  deleted_at timestamptz(3),
  primary key (room_id, seq),
  constraint messages_client_id_key unique (room_id, author_id, client_id)
);

create index messages_author on messages (author_id);

-- Every other durable change: refers to its subject, holds no text (L2).
create table room_changes (
  room_id uuid not null references rooms (id) on delete cascade,
  seq bigint not null,
  type text not null check (
    type in (
      'message.edited', 'message.deleted',
      'member.joined', 'member.updated', 'member.left',
      'room.updated'
    )
  ),
  actor_id uuid not null references users (id),
  subject_id uuid references users (id),
  subject_seq bigint,
  -- The role a member has from this entry on.
  role text,
  -- Why a member left.
  reason text check (reason in ('left', 'removed', 'deleted')),
  at timestamptz(3) not null,
  primary key (room_id, seq)
);

create index room_changes_actor on room_changes (actor_id);
create index room_changes_subject on room_changes (subject_id);

create view room_log as
  select room_id, seq, 'message.created' as type, author_id as actor_id, null::uuid as subject_id,
    seq as subject_seq, null::text as role, null::text as reason, created_at as at
  from messages
  union all
  select room_id, seq, type, actor_id, subject_id, subject_seq, role, reason, at
  from room_changes;

-- Down Migration

set local lock_timeout = '5s';

drop view room_log;
drop table room_changes;
drop table messages;
drop table members;
drop table rooms;
