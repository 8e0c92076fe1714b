import { decodeCursor } from '../contract/cursor.ts'
import { AppError } from '../contract/error-codes.ts'
import { pageOf } from '../contract/page.ts'
import type { PageRequest } from '../contract/page.ts'
import { defaultLimit } from '../contract/schema.ts'
import type { Database } from '../infra/db.ts'
import { listByLikeness, listByTypos } from './search-likeness-queries.ts'
import { listByPart } from './search-part-queries.ts'
import { listByDisplayName, listByUsername } from './search-queries.ts'
import type { After, Found } from './search-queries.ts'
import { hasTrigrams, isShort, partsOf } from './search-term.ts'

interface List {
  read: (after: After | null, limit: number) => Promise<Found[]>
  /** Read only where those before it have found nobody. */
  last?: boolean
}

type Placed = Found & { list: number }

/** Finds people by name: beginnings first, then parts, then typing errors. Suspended and deleted
 *  people and those with a block in either direction are left out. */
export class UserSearch {
  readonly #db: Database

  constructor({ db }: { db: Database }) {
    this.#db = db
  }

  /** Best first. The order of two pages is the same; a later list is only read where the earlier
   *  ones do not fill the page. AppError `invalid_request` for a blank term. */
  async search(userId: string, { q, limit = defaultLimit, cursor }: PageRequest & { q: string }) {
    const term = q.normalize('NFC').trim()
    if (term === '') {
      const errors = [{ pointer: '/q', detail: 'must not be blank' }]
      throw new AppError('invalid_request', { errors })
    }
    const position = cursor === undefined ? { list: 0, after: null } : positionOf(cursor)
    const rows: Placed[] = []
    for (const [at, list] of this.#listsFor(term, userId).entries()) {
      if (at < position.list || rows.length > limit) continue
      if (list.last && rows.length > 0) continue
      const after = at === position.list ? position.after : null
      const found = await list.read(after, limit + 1 - rows.length)
      rows.push(...found.map((one) => ({ ...one, list: at })))
    }
    const page = pageOf(rows, limit, ({ list, score, key, user }) => [list, score, key, user.id])
    return { ...page, items: page.items.map(({ user }) => user) }
  }

  #listsFor(term: string, userId: string): List[] {
    const db = this.#db
    const search = { term, userId }
    const lists: List[] = [
      { read: (after, limit) => listByUsername(db, search, after, limit) },
      { read: (after, limit) => listByDisplayName(db, search, after, limit) },
    ]
    if (partsOf(term).length > 0) {
      lists.push({ read: (after, limit) => listByPart(db, search, after, limit) })
    }
    if (hasTrigrams(term)) {
      lists.push({ read: (after, limit) => listByTypos(db, search, after, limit) })
      const alike =
        (likeness: number): List['read'] =>
        (after, limit) =>
          listByLikeness(db, search, likeness, after, limit)
      if (isShort(term)) lists.push({ read: alike(0.55) }, { read: alike(0.4), last: true })
      // To find what shares half of a long term's trigrams is dear.
      else lists.push({ read: alike(0.5), last: true })
    }
    return lists
  }
}

function positionOf(cursor: string): { list: number; after: After } {
  const [list, score, key, id] = decodeCursor(cursor, ['number', 'number', 'string', 'id'])
  return { list: Number(list), after: { score: Number(score), key: String(key), id: String(id) } }
}
