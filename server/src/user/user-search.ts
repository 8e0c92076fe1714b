import { decodeCursor } from '../contract/cursor.ts'
import { AppError } from '../contract/error-codes.ts'
import { pageOf } from '../contract/page.ts'
import type { PageRequest } from '../contract/page.ts'
import { defaultLimit } from '../contract/schema.ts'
import type { Database } from '../infra/db.ts'
import {
  hasTrigrams,
  listByDisplayName,
  listByLikeness,
  listByPart,
  listByUsername,
} from './search-queries.ts'
import type { After, Found } from './search-queries.ts'

type List = (after: After | null, limit: number) => Promise<Found[]>
type Placed = Found & { list: number }

/** Finds people by name: beginnings first, then likeness. Suspended and deleted people and those
 *  with a block in either direction are left out. */
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
      const after = at === position.list ? position.after : null
      const found = await list(after, limit + 1 - rows.length)
      rows.push(...found.map((one) => ({ ...one, list: at })))
    }
    const page = pageOf(rows, limit, ({ list, score, key, user }) => [list, score, key, user.id])
    return { ...page, items: page.items.map(({ user }) => user) }
  }

  #listsFor(term: string, userId: string): List[] {
    const search = { term, userId }
    const lists: List[] = [
      (after, limit) => listByUsername(this.#db, search, after, limit),
      (after, limit) => listByDisplayName(this.#db, search, after, limit),
    ]
    // Emoji are in no index but those of the beginnings.
    if (!/[\p{L}\p{N}]/u.test(term)) return lists
    lists.push((after, limit) => listByPart(this.#db, search, after, limit))
    if (hasTrigrams(term)) {
      lists.push((after, limit) =>
        this.#db.transaction((tx) => listByLikeness(tx, search, after, limit)),
      )
    }
    return lists
  }
}

function positionOf(cursor: string): { list: number; after: After } {
  const [list, score, key, id] = decodeCursor(cursor, ['number', 'number', 'string', 'id'])
  return { list: Number(list), after: { score: Number(score), key: String(key), id: String(id) } }
}
