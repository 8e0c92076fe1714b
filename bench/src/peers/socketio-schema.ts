/** The tables of the Socket.IO peer, as small as they can be for the same product. */
export const socketIoSchema = `
  create table users (
    id uuid primary key,
    username text not null unique,
    display_name text not null
  );
  create table rooms (
    id uuid primary key,
    name text not null
  );
  create table members (
    room_id uuid not null references rooms (id),
    user_id uuid not null references users (id),
    primary key (room_id, user_id)
  );
  create index members_user on members (user_id);
  create table messages (
    id bigint generated always as identity primary key,
    room_id uuid not null references rooms (id),
    user_id uuid not null references users (id),
    client_id uuid not null,
    text text not null,
    created_at timestamptz not null default now(),
    unique (user_id, client_id)
  );
  create index messages_room on messages (room_id, id);
`
