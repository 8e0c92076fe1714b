import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestDatabase } from '../../test/database.ts'
import type { TestDatabase } from '../../test/database.ts'
import { Database } from './db.ts'
import { PipelinedConnection } from './db-pipeline.ts'
import { prepared, sql } from './sql.ts'

describe('a pipelined connection', () => {
  let database: TestDatabase
  let db: Database
  let pipeline: PipelinedConnection
  const onError = (): void => undefined

  beforeAll(async () => {
    database = await createTestDatabase()
    db = new Database({ url: database.url, size: 4, onError })
    pipeline = new PipelinedConnection({ url: database.url, onError })
    await db.query(sql`create table notes (id bigint primary key, text text not null)`)
  })
  afterAll(async () => {
    await pipeline.close()
    await db.close()
    await database.drop()
  })

  const insert = (id: number, text: string | null = 'note') =>
    prepared('insert-note', sql`insert into notes (id, text) values (${id}, ${text}) returning id`)
  const stored = async () => {
    const rows = await db.query<{ id: number }>(sql`select id from notes order by id`)
    return rows.map(({ id }) => id)
  }

  it('G1 answers each statement of a committed transaction', async () => {
    const rows = await pipeline.transaction([insert(1), sql`select 'two' as word`, insert(3)])
    expect(rows).toEqual([[{ id: 1 }], [{ word: 'two' }], [{ id: 3 }]])
    expect(await stored()).toEqual([1, 3])
  })

  it('G1 stores nothing of a transaction of which one statement fails, and goes on', async () => {
    const before = await stored()
    await expect(pipeline.transaction([insert(10), insert(11, null), insert(12)])).rejects.toThrow(
      'null value',
    )
    expect(await stored()).toEqual(before)
    await pipeline.transaction([insert(13)])
    expect(await stored()).toEqual([...before, 13])
  })

  it('G1 keeps the order of transactions that are sent before the first is answered', async () => {
    const all = await Promise.all([20, 21, 22].map((id) => pipeline.transaction([insert(id)])))
    expect(all.flat(2)).toEqual([{ id: 20 }, { id: 21 }, { id: 22 }])
  })

  it('G3 says that the outcome is unknown where the connection dies, and connects again', async () => {
    const [row] = await pipeline.transaction([sql`select pg_backend_pid() as pid`])
    const [{ pid }] = row as [{ pid: number }]
    const dying = pipeline.transaction([insert(30), sql`select pg_sleep(30)`])
    const [refused] = await Promise.allSettled([
      dying,
      db.query(sql`select pg_terminate_backend(${pid})`),
    ])
    expect(refused).toMatchObject({ reason: { code: 'outcome_unknown' } })
    await pipeline.transaction([insert(31)])
    expect(await stored()).toContain(31)
    expect(await stored()).not.toContain(30)
  })

  it('G3 says so too where PostgreSQL hangs, and connects again', async () => {
    const hasty = new PipelinedConnection({ url: database.url, onError, patienceMs: 300 })
    const hanging = hasty.transaction([insert(32), sql`select pg_sleep(5)`])
    const behind = hasty.transaction([insert(33)]) // it waits for the same answer
    const refused = {
      status: 'rejected',
      reason: expect.objectContaining({ code: 'outcome_unknown' }),
    }
    expect(await Promise.allSettled([hanging, behind])).toEqual([refused, refused])
    await hasty.transaction([insert(34)])
    expect(await stored()).toContain(34)
    await hasty.close()
  })

  it('G2 gives up on a lock after a second', async () => {
    await db.transaction(async (tx) => {
      await tx.query(sql`lock table notes in access exclusive mode`)
      await expect(pipeline.transaction([insert(40)])).rejects.toMatchObject({ code: 'overloaded' })
    })
    await pipeline.transaction([insert(41)])
  })

  it('P7 says that nothing was stored where the database cannot be reached', async () => {
    const url = 'postgresql://nobody@127.0.0.1:1/nothing'
    const nowhere = new PipelinedConnection({ url, onError })
    await expect(nowhere.transaction([insert(50)])).rejects.toMatchObject({ code: 'unavailable' })
    await nowhere.close()
  })
})
