import type { Database } from '../infra/db.ts'
import { sql } from '../infra/sql.ts'
import type { Sql } from '../infra/sql.ts'
import { throughGin } from './search-plan.ts'
import { byBeginning, byPart, candidates, foundOf } from './search-queries.ts'
import type { After, Found, FoundRow, Search } from './search-queries.ts'
import { wordsOf } from './search-term.ts'
import { publicColumns } from './user-queries.ts'

/** People one of these lists holds at most. Names like a common one are many, and all alike: nobody
 *  reads on, and who is like the whole of a longer term is among few. */
const most = 300

/** Names with every word of the term, each with one typing error or none. The score is 1000 times
 *  the word similarity. */
export async function listByTypos(
  db: Database,
  search: Search,
  after: After | null,
  limit: number,
): Promise<Found[]> {
  return listAlike(db, search, after, { near: typosOf(search), limit })
}

/** Names whose word similarity with the term is this or more, and which `listByTypos` does not
 *  hold. */
export async function listByLikeness(
  db: Database,
  search: Search,
  likeness: number,
  after: After | null,
  limit: number,
): Promise<Found[]> {
  const near = sql`lower(${search.term}) <% u.search_text
    and u.id <> all (array(select u.id from users u
      where ${unlisted(search)} and ${typosOf(search)} limit ${most}))`
  return listAlike(db, search, after, { near, limit, likeness })
}

/** By index users_typos; nobody where the term has no word in which an error could be told. */
function typosOf({ term }: Search): Sql {
  const [first, ...others] = wordsOf(term).map(
    (word) => sql`name_typo_keys(u.search_text) && name_typo_keys(${word})`,
  )
  return others.reduce((some, word) => sql`${some} and ${word}`, first ?? sql`false`)
}

const unlisted = (search: Search): Sql =>
  sql`${candidates(search)} and not ${byPart(search)} and not ${byBeginning(search)}`

/** The most alike first; without those of the lists before. */
async function listAlike(
  db: Database,
  search: Search,
  after: After | null,
  { near, limit, likeness }: { near: Sql; limit: number; likeness?: number },
): Promise<Found[]> {
  const score = after?.score ?? 1000
  const statement = sql`with found as materialized (
      select ${publicColumns}, u.username as key,
        round(word_similarity(lower(${search.term}), u.search_text) * 1000)::int as score
      from users u
      where ${unlisted(search)} and ${near} limit ${most}
    )
    select * from found
    where score < ${score}::bigint or (score = ${score}::bigint and key ~>~ ${after?.key ?? ''})
    order by score desc, key using ~<~ limit ${limit}`
  const rows = await throughGin(db, (tx) => tx.query<FoundRow>(statement), likeness)
  return rows.map(foundOf)
}
