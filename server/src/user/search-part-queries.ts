import { firstId } from '../contract/uuid.ts'
import type { Database, DbHandle } from '../infra/db.ts'
import { sql } from '../infra/sql.ts'
import { blockPeersOf } from './block-queries.ts'
import { throughGin } from './search-plan.ts'
import { byBeginning, byPart, candidates, foundOf } from './search-queries.ts'
import type { After, Found, FoundRow, Search } from './search-queries.ts'
import { publicColumns } from './user-queries.ts'

/** Names read along at first: a page is found in them where one name in a hundred holds the term.
 *  Where some hold it, so many more, in which the page is likely to end. */
const strides = [4000, 24_000]

/** Names found in the first stride that make the second one cheaper than the trigram index. */
const some = 8

/** People the trigram index may bring. Letters that more names hold are in every part of the list:
 *  reading on finds a page sooner than all these rows are fetched and sorted. */
const rare = 1500

/** Names that hold the term further inside, or, for short ones, as the beginning of a word; who has
 *  been here longest comes first. */
export async function listByPart(
  db: Database,
  search: Search,
  after: After | null,
  limit: number,
): Promise<Found[]> {
  const found: Found[] = []
  const readOn = async (steps: number | null) => {
    const id = found.at(-1)?.user.id ?? after?.id ?? firstId
    found.push(...(await readAlong(db, search, id, { limit: limit - found.length, steps })))
  }
  for (const steps of strides) {
    await readOn(steps)
    if (found.length === limit) return found
    if (found.length < some) break
  }
  const all = await listRare(db, search, after, limit)
  if (all) return all
  await readOn(null)
  return found
}

/** Reads the names one after the other, all of them where `steps` is null. */
async function readAlong(
  db: DbHandle,
  search: Search,
  after: string,
  { limit, steps }: { limit: number; steps: number | null },
): Promise<Found[]> {
  const term = sql`lower(${search.term})`
  // What index users_names holds is all that is asked of those who do not match.
  const begins = sql`(starts_with(u.username, ${term})
    or starts_with(u.search_text, ' ' || u.username || ' ' || ${term}))`
  const rows = await db.query<FoundRow>(
    sql`with along as (
        select u.id, u.username, u.search_text from users u
        where u.status = 'active' and u.id > ${after}
        order by u.id limit ${steps}
      ), found as (
        select u.id from along u
        where ${byPart(search)} and not ${begins} and u.id <> all (${blockPeersOf(search.userId)})
        limit ${limit}
      )
      select ${publicColumns}, '' as key, 0 as score
      from found join users u using (id) order by u.id`,
  )
  return rows.map(foundOf)
}

/** By the trigram index; null where there are too many. */
async function listRare(
  db: Database,
  search: Search,
  after: After | null,
  limit: number,
): Promise<Found[] | null> {
  const rows = await throughGin(db, (tx) =>
    tx.query<FoundRow & { total: number }>(
      sql`with found as materialized (
          select ${publicColumns}, '' as key, 0 as score from users u
          where ${candidates(search)} and ${byPart(search)} and not ${byBeginning(search)}
            and u.id > ${after?.id ?? firstId}
          limit ${rare + 1}
        )
        select *, (select count(*) from found) as total from found order by id limit ${limit}`,
    ),
  )
  const found = rows.map(({ total, ...row }) => ({ total, one: foundOf(row) }))
  if ((found[0]?.total ?? 0) > rare) return null
  return found.map(({ one }) => one)
}
