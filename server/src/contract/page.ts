import { encodeCursor } from './cursor.ts'

export interface PageRequest {
  limit?: number | undefined
  cursor?: string | undefined
}

/** A page of a keyset list, made from rows of which one more than `limit` was asked for. */
export function pageOf<Row>(
  rows: readonly Row[],
  limit: number,
  keyOf: (last: Row) => readonly (string | number)[],
): { items: Row[]; nextCursor: string | null } {
  const items = rows.slice(0, limit)
  const last = items.at(-1)
  const more = rows.length > limit && last !== undefined
  return { items, nextCursor: more ? encodeCursor(keyOf(last)) : null }
}
