import type { DbHandle, Transaction } from '../infra/db.ts'
import { sql } from '../infra/sql.ts'
import type { Sql } from '../infra/sql.ts'
import { blockPeersOf } from './block-queries.ts'
import { containing, startingWith } from './like-pattern.ts'
import type { PublicUser } from './schema.ts'
import { publicColumns } from './user-queries.ts'

// Four lists, one after the other, each in an order of its own. All compare by bytes (~>~), so that
// the order is the same under every locale and the prefix indexes serve it.

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
const byBeginning = (search: Search) => sql`(${byUsername(search)} or ${byDisplayName(search)})`

/**
 * The trigram index knows three letters in a row, and those with the end of a word beside them:
 * shorter terms are looked for at the beginnings of words only, and the two characters of a given
 * name at the ends of words too, where Chinese and its neighbours have them.
 */
function byPart({ term }: Search): Sql {
  const holds = (part: string) => sql`u.search_text like lower(${containing(part)})`
  if (hasTrigrams(term)) return holds(term)
  const begins = holds(` ${term}`)
  return isGivenName(term) ? sql`(${begins} or ${holds(`${term} `)})` : begins
}

export function hasTrigrams(term: string): boolean {
  return /[\p{L}\p{N}]{3}/u.test(term)
}

function isGivenName(term: string): boolean {
  return /^[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}]{2}$/u.test(term)
}

/** Usernames that begin with the term; one that is the term comes first. */
export async function listByUsername(
  db: DbHandle,
  search: Search,
  after: After | null,
  limit: number,
): Promise<Found[]> {
  return inUsernameOrder(db, sql`${candidates(search)} and ${byUsername(search)}`, after, limit)
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

/** Names that hold the term further inside, or, for short ones, as the beginning of a word. */
export async function listByPart(
  db: DbHandle,
  search: Search,
  after: After | null,
  limit: number,
): Promise<Found[]> {
  const condition = sql`${candidates(search)} and ${byPart(search)} and not ${byBeginning(search)}`
  return inUsernameOrder(db, condition, after, limit)
}

async function inUsernameOrder(
  db: DbHandle,
  condition: Sql,
  after: After | null,
  limit: number,
): Promise<Found[]> {
  const rows = await db.query<Row>(
    sql`select ${publicColumns}, u.username as key, 0 as score
      from users u
      where ${condition} and u.username ~>~ ${after?.key ?? ''}
      order by u.username using ~<~ limit ${limit}`,
  )
  return rows.map(foundOf)
}

/** Names that are like the term, which does not occur in them; the score is 1000 times the word
 *  similarity. */
export async function listByLikeness(
  tx: Transaction,
  search: Search,
  after: After | null,
  limit: number,
): Promise<Found[]> {
  const score = after?.score ?? 1000
  await tx.query(
    sql`select set_config('pg_trgm.word_similarity_threshold', ${String(similarity)}, true)`,
  )
  const term = sql`lower(${search.term})`
  const rows = await tx.query<Row>(
    sql`with found as (
        select ${publicColumns}, u.username as key,
          round(word_similarity(${term}, u.search_text) * 1000)::int as score
        from users u
        where ${candidates(search)} and ${term} <% u.search_text
          and not ${byPart(search)} and not ${byBeginning(search)}
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
