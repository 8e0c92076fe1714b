import { afterAll, beforeAll, expect, test } from 'vitest'
import { createEmptyDatabase } from '../../test/database.ts'
import type { TestDatabase } from '../../test/database.ts'
import { Database } from './db.ts'
import { sql } from './sql.ts'

let database: TestDatabase
let hasty: Database
let patient: Database

beforeAll(async () => {
  database = await createEmptyDatabase()
  const options = { url: database.url, size: 1, onError: () => undefined }
  hasty = new Database({ ...options, patienceMs: 1000 })
  patient = new Database(options)
})
afterAll(async () => {
  await Promise.all([hasty.close(), patient.close()])
  await database.drop()
})

test('P7 a PostgreSQL that hangs is taken for away, and asked anew by the next query', async () => {
  const away = { code: 'unavailable' }
  await expect(hasty.query(sql`select pg_sleep(5)`)).rejects.toMatchObject(away)
  const hanging = hasty.transaction((tx) => tx.query(sql`select pg_sleep(5)`))
  await expect(hanging).rejects.toMatchObject(away)
  expect(await hasty.query(sql`select 1 as one`)).toEqual([{ one: 1 }])
})

test('nobody is hurried who takes her time between two queries, or reads what comes slowly', async () => {
  const pause = () => patient.query(sql`select pg_sleep(1.5)`)
  const seen = await hasty.transaction(async (tx) => {
    await tx.query(sql`select 1`)
    await pause()
    return tx.query(sql`select pg_sleep(0.2), repeat('x', 9000) from generate_series(1, 8)`)
  })
  expect(seen).toHaveLength(8)
})
