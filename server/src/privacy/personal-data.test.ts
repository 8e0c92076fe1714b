import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestDatabase } from '../../test/database.ts'
import type { TestDatabase } from '../../test/database.ts'
import { exportedTables, personalData } from './personal-data.ts'

describe('the list of personal data', () => {
  let database: TestDatabase
  let client: Client
  beforeAll(async () => {
    database = await createTestDatabase()
    client = new Client({ connectionString: database.url })
    await client.connect()
  })
  afterAll(async () => {
    await client.end()
    await database.drop()
  })

  async function columnsOfDatabase(): Promise<string[]> {
    const { rows } = await client.query<{ name: string }>(
      `select c.table_name || '.' || c.column_name as name
       from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
       where t.table_schema = 'public' and t.table_type = 'BASE TABLE'`,
    )
    return rows.map(({ name }) => name).sort()
  }

  const declared = Object.entries(personalData)
    .flatMap(([table, { columns }]) => Object.keys(columns).map((column) => `${table}.${column}`))
    .sort()

  it('names every column of every table, and none that is not there', async () => {
    expect(await columnsOfDatabase()).toEqual(declared)
  })

  it('misses a column that somebody adds without saying what it is', async () => {
    await client.query('alter table users add column shoe_size integer')
    const there = await columnsOfDatabase()
    expect(there.filter((name) => !declared.includes(name))).toEqual(['users.shoe_size'])
    await client.query('alter table users drop column shoe_size')
  })

  it('says of every table that has something to export whose its rows are', () => {
    const withExported = Object.entries(personalData).filter(([, { columns }]) =>
      Object.values(columns).some(({ what, exported }) => what !== null && exported),
    )
    expect(exportedTables().map(({ name }) => name)).toEqual(
      expect.arrayContaining(withExported.map(([name]) => name)),
    )
  })
})
