-- Indexes that keep the search quick among a million people. Nothing here waits for rows or makes a writer wait; each
-- step can be taken again after one that failed.

-- No Transaction

-- Up Migration

-- What every word of these names is like with one letter left out of its first eight, and as it is: two words one typing
-- error apart have one of these in common. Hashed; without accents; words of three letters or more.
create or replace function name_typo_keys(names text) returns integer[]
language sql immutable strict parallel safe
as $$
  select array_agg(hashtext(left(head, cut - 1) || substr(head, cut + 1)))
  from regexp_split_to_table(
      regexp_replace(normalize(lower(names), NFKD), '[\u0300-\u036f\u064b-\u0655]', '', 'g'),
      '[^[:alnum:]]+') word,
    left(word, 8) head,
    generate_series(1, length(head) + 1) cut
  where length(word) > 2
$$;

drop index concurrently if exists users_typos;
-- Without a list of pending entries, which every search would read through and some writer would have to sort in.
create index concurrently users_typos on users using gin (name_typo_keys(search_text)) with (fastupdate = off);
alter index users_search set (fastupdate = off);
select gin_clean_pending_list('users_search');

-- All names in the order of the accounts' age: letters that many names hold are found by reading along.
drop index concurrently if exists users_names;
create index concurrently users_names on users (id) include (status, username, search_text);

-- As before, with the order among people of one name.
drop index concurrently if exists users_display_name_order;
create index concurrently users_display_name_order on users (lower(display_name) text_pattern_ops, id);
drop index concurrently if exists users_display_name_prefix;

-- Room for the next version of a row beside it, so that a change of anything but names touches no index; and pages whose
-- rows all see, which is what lets an index be read alone.
alter table users set (fillfactor = 85, autovacuum_vacuum_scale_factor = 0.02);

analyze users;

-- Down Migration

alter table users reset (fillfactor, autovacuum_vacuum_scale_factor);

drop index concurrently if exists users_display_name_prefix;
create index concurrently users_display_name_prefix on users (lower(display_name) text_pattern_ops);
drop index concurrently if exists users_display_name_order;
drop index concurrently if exists users_names;
alter index users_search reset (fastupdate);
drop index concurrently if exists users_typos;
drop function if exists name_typo_keys(text);
