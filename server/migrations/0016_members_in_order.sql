-- A page of members, in the order they joined, is read from the index: not by sorting the whole room.

-- Up Migration

set local lock_timeout = '5s';

create index members_in_order on members (room_id, joined_seq, user_id);

-- Down Migration

set local lock_timeout = '5s';

drop index members_in_order;
