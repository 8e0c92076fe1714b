/** The one list of what is known of people: every column of every table, whether it says something
 *  of a person, and what becomes of it when she takes her data along or goes. The export is read by
 *  it; that nothing is missing here, and that an erase leaves nothing, personal-data.test.ts and
 *  test/my-data.test.ts see to. */

import { authTables } from './auth-tables.ts'
import { peopleTables } from './people-tables.ts'
import { roomTables } from './room-tables.ts'
import { internal, plain, secret } from './table.ts'
import type { Table } from './table.ts'

/** Every table and its columns, as they are declared. */
export const personalData: Readonly<Record<string, Table>> = {
  ...peopleTables,
  ...authTables,
  ...roomTables,
  data_exports: {
    section: 'exports',
    whose: 't.user_id = $1',
    columns: {
      id: plain,
      user_id: internal,
      state: plain,
      requested_at: plain,
      attempts: internal,
      claimed_until: internal,
      ready_at: plain,
      expires_at: plain,
      bytes: plain,
      link_key: secret('signs the links to her export', 'the row goes, and the file'),
    },
  },
  text_erasures: { columns: { user_id: internal, requested_at: internal } },
  parley_migrations: {
    columns: { id: internal, name: internal, run_on: internal, checksum: internal },
  },
}

export interface ExportedTable {
  name: string
  section: string
  whose: string
  /** What is selected, by name: a column of `t`, or more than that. */
  columns: Readonly<Record<string, string>>
}

/** What the export holds. */
export function exportedTables(): ExportedTable[] {
  return Object.entries(personalData).flatMap(([name, { section, whose, also, columns }]) => {
    if (section === undefined || whose === undefined) return []
    const exported = Object.keys(columns).filter((column) => columns[column]?.exported)
    const own = Object.fromEntries(exported.map((column) => [column, `t.${column}`]))
    return [{ name, section, whose, columns: { ...own, ...also } }]
  })
}
