import { firstId } from '../contract/uuid.ts'
import type { DbHandle } from '../infra/db.ts'
import { sql } from '../infra/sql.ts'
import type { Sql } from '../infra/sql.ts'
import { blockPeersOf } from './block-queries.ts'
import { startingWith } from './like-pattern.ts'
import type { PublicUser } from './schema.ts'
import { partsOf } from './search-term.ts'
import { publicColumns } from './user-queries.ts'

// Names are compared by bytes (~>~), so that the order is the same under every locale and the
// prefix indexes serve it. Letters inside a name are in search-part-queries.ts, typing errors in
// search-likeness-queries.ts.

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

export type FoundRow = PublicUser & { key: string; score: number }

export function foundOf({ key, score, ...user }: FoundRow): Found {
  return { user, key, score }
}

export const candidates = ({ userId }: Search): Sql =>
  sql`u.status = 'active' and u.id <> all (${blockPeersOf(userId)})`
const byUsername = ({ term }: Search) => sql`u.username like lower(${startingWith(term)})`
const byDisplayName = ({ term }: Search) =>
  sql`lower(u.display_name) like lower(${startingWith(term)})`
export const byBeginning = (search: Search): Sql =>
  sql`(${byUsername(search)} or ${byDisplayName(search)})`

/** Whether a name holds the term; none does where no list looks for that. */
export function byPart({ term }: Search): Sql {
  const holds = partsOf(term).map((part) => sql`u.search_text like lower(${part})`)
  return holds.reduce((one, other) => sql`(${one} or ${other})`, sql`false`)
}

/** Usernames that begin with the term; one that is the term comes first. */
export async function listByUsername(
  db: DbHandle,
  search: Search,
  after: After | null,
  limit: number,
): Promise<Found[]> {
  const rows = await db.query<FoundRow>(
    sql`select ${publicColumns}, u.username as key, 0 as score
      from users u
      where ${candidates(search)} and ${byUsername(search)} and u.username ~>~ ${after?.key ?? ''}
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
  const rows = await db.query<FoundRow>(
    sql`select ${publicColumns}, lower(u.display_name) as key, 0 as score
      from users u
      where ${candidates(search)} and ${byDisplayName(search)} and not ${byUsername(search)}
        and lower(u.display_name) ~>=~ ${key}
        and (lower(u.display_name) ~>~ ${key} or u.id > ${after?.id ?? firstId})
      order by lower(u.display_name) using ~<~, u.id limit ${limit}`,
  )
  return rows.map(foundOf)
}
