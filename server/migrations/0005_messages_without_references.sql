-- Storing a message asked PostgreSQL twice for what its transaction knows already: the room is
-- locked, the author's membership is read (docs/decisions/0021). A quarter of the work.

-- Up Migration

set local lock_timeout = '5s';

alter table messages
  drop constraint messages_room_id_fkey,
  drop constraint messages_author_id_fkey;

-- An author stays: her joining is in room_changes, which refers to her. A room takes its messages along.
create function delete_messages_of_room() returns trigger language plpgsql as $$
begin
  delete from messages where room_id = old.id;
  return old;
end
$$;

create trigger rooms_messages before delete on rooms
  for each row execute function delete_messages_of_room();

-- Down Migration

set local lock_timeout = '5s';

drop trigger rooms_messages on rooms;
drop function delete_messages_of_room();

alter table messages
  add constraint messages_room_id_fkey foreign key (room_id) references rooms (id) on delete cascade,
  add constraint messages_author_id_fkey foreign key (author_id) references users (id);
