import { Client } from 'pg'
import { expect, it } from 'vitest'
import { createTestDatabase } from './database.ts'

it('test databases are migrated, apart from each other, and gone after drop, even in use', async () => {
  const databases = await Promise.all([1, 2, 3].map(() => createTestDatabase()))
  const clients = databases.map(({ url }) => new Client({ connectionString: url }))
  for (const [at, client] of clients.entries()) {
    client.on('error', () => {}) // drop() ends it
    await client.connect()
    const { rows } = await client.query('select count(*)::int as people from users')
    expect(rows).toEqual([{ people: 0 }])
    await client.query(
      `insert into users (id, username, display_name, created_at, updated_at)
       values (gen_random_uuid(), 'same', $1, now(), now())`,
      [String(at)],
    )
  }
  await Promise.all(databases.map((database) => database.drop()))
  const late = new Client({ connectionString: databases[0]?.url })
  await expect(late.connect()).rejects.toThrow('does not exist')
})
