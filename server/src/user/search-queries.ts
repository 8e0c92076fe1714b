import type { DbHandle, Transaction } from '../infra/db.ts'
import { sql } from '../infra/sql.ts'
import { blockPeersOf } from './block-queries.ts'
import { containing, startingWith } from './like-pattern.ts'
import type { PublicUser } from './schema.ts'
import { publicColumns } from './user-queries.ts'

// Three lists, one after the other, each in the order of an index or of its score. All compare
// by bytes (~>~), so that the order is the same under every locale and the prefix indexes serve it.

export interface Search {
  term: string
  /** Who searches: people with a block in either direction to her are left out. */
  userId: string
}

/** A found person and her place within the list: the key the next page begins after. */
export interface Found {
  user: PublicUser
  key: string
  score: number
}

export interface After {
  key: string
  score: number
  id: string
}

/** How much of a term must be found for a typo to be forgiven: "jonh" and "john" share two of
 *  five trigrams. */
const similarity = 0.4

const candidates = ({ userId }: Search) =>
  sql`u.status = 'active' and u.id <> all (${blockPeersOf(userId)})`
const byUsername = ({ term }: Search) => sql`u.username like lower(${startingWith(term)})`
const byDisplayName = ({ term }: Search) =>
  sql`lower(u.display_name) like lower(${startingWith(term)})`

/** Usernames that begin with the term; one that is the term comes first. */
export async function listByUsername(
  db: DbHandle,
  search: Search,
  after: After | null,
  limit: number,
): Promise<Found[]> {
  const rows = await db.query<Row>(
    sql`select ${publicColumns}, u.username as key, 0 as score
      from users u
      where ${candidates(search)} and ${byUsername(search)}
        and u.username ~>~ ${after?.key ?? ''}
      order by u.username using ~<~ limit ${limit}`,
  )
  return rows.map(foundOf)
}

/** Display names that begin with the term, where the username does not. */
export async function listByDisplayName(
  db: DbHandle,
  search: Search,
  after: After | null,
  limit: number,
): Promise<Found[]> {
  const key = after?.key ?? ''
  const rows = await db.query<Row>(
    sql`select ${publicColumns}, lower(u.display_name) as key, 0 as score
      from users u
      where ${candidates(search)} and ${byDisplayName(search)} and not ${byUsername(search)}
        and lower(u.display_name) ~>=~ ${key}
        and (lower(u.display_name) ~>~ ${key} or u.id::text > ${after?.id ?? ''})
      order by lower(u.display_name) using ~<~, u.id limit ${limit}`,
  )
  return rows.map(foundOf)
}

/**
 * Names that hold the term further inside (score 1000), and names that are like it (1000 times
 * their word similarity). `fuzzy` needs a term with trigrams; without, every name is looked at.
 */
export async function listByLikeness(
  tx: Transaction,
  search: Search & { fuzzy: boolean },
  after: After | null,
  limit: number,
): Promise<Found[]> {
  const { term, fuzzy } = search
  const score = after?.score ?? 1001
  await tx.query(
    sql`select set_config('pg_trgm.word_similarity_threshold', ${String(similarity)}, true)`,
  )
  const infix = sql`u.search_text like lower(${containing(term)})`
  const match = fuzzy ? sql`(${infix} or lower(${term}) <% u.search_text)` : infix
  const rows = await tx.query<Row>(
    sql`with found as (
        select ${publicColumns}, u.username as key, case when ${infix} then 1000
          else round(word_similarity(lower(${term}), u.search_text) * 1000)::int end as score
        from users u
        where ${candidates(search)} and ${match}
          and not ${byUsername(search)} and not ${byDisplayName(search)}
      )
      select * from found
      where score < ${score}::bigint or (score = ${score}::bigint and key ~>~ ${after?.key ?? ''})
      order by score desc, key using ~<~ limit ${limit}`,
  )
  return rows.map(foundOf)
}

type Row = PublicUser & { key: string; score: number }

function foundOf({ key, score, ...user }: Row): Found {
  return { user, key, score }
}
