import type { DbHandle } from '../infra/db.ts'
import { exportedTables } from './personal-data.ts'
import type { ExportedTable } from './personal-data.ts'

/** Rows read at once. */
const batch = 500

/** All that is known of a person as one JSON document, in pieces: each table of personal-data.ts
 *  that is exported is an array under the name of its section. `view` sees one state of the
 *  database throughout. */
export async function* exportDocument(
  view: DbHandle,
  userId: string,
  at: string,
): AsyncGenerator<string> {
  yield `{"format":"parley-export","version":1,"exportedAt":${JSON.stringify(at)}`
  for (const table of exportedTables()) {
    yield `,\n${JSON.stringify(table.section)}:[`
    let between = '\n'
    for await (const rows of readRows(view, table, userId)) {
      yield between + rows.map((row) => JSON.stringify(row)).join(',\n')
      between = ',\n'
    }
    yield ']'
  }
  yield '}\n'
}

/** Through a cursor: someone may have written millions of messages. */
async function* readRows(
  view: DbHandle,
  { name, whose, columns }: ExportedTable,
  userId: string,
): AsyncGenerator<object[]> {
  const selected = Object.entries(columns)
    .map(([column, value]) => `${value} as "${camelCase(column)}"`)
    .join(', ')
  // Names and conditions are constants of personal-data.ts, no input.
  const text = `declare own_rows no scroll cursor for select ${selected} from ${name} t where ${whose}`
  await view.query({ text, values: [userId] })
  for (;;) {
    const rows = await view.query({ text: `fetch ${batch} from own_rows`, values: [] })
    if (rows.length === 0) break
    yield rows
  }
  await view.query({ text: 'close own_rows', values: [] })
}

function camelCase(column: string): string {
  return column.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
}
