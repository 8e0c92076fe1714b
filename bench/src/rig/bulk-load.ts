import type { Client } from 'pg'

/** Runs `load` while this table has no indexes and its foreign keys are not checked, then makes
 *  the indexes again as they were: millions of rows come in minutes, and lie as if they had come
 *  one by one. Leaves the table as it was where `load` fails. */
export async function loadInBulk(
  client: Client,
  table: string,
  load: () => Promise<void>,
): Promise<void> {
  const { rows } = await client.query<{ name: string; definition: string; key: string | null }>(
    `select i.indexrelid::regclass::text as name, pg_get_indexdef(i.indexrelid) as definition,
      (select conname || ' ' || pg_get_constraintdef(oid) from pg_constraint
        where conindid = i.indexrelid and conrelid = i.indrelid) as key
    from pg_index i where i.indrelid = $1::regclass and not exists (
      select from pg_constraint where confrelid = i.indrelid and conindid = i.indexrelid)`,
    [table],
  )
  const keys = rows.flatMap(({ key }) => key ?? [])
  const indexes = rows.filter(({ key }) => key === null)
  const withoutName = keys.map((key) => key.split(' ')[0] ?? '')
  await client.query('begin')
  try {
    // The rows are ours: they refer to what is there.
    await client.query(`set local session_replication_role = replica`)
    await client.query(`set local synchronous_commit = off`)
    await client.query(`set local maintenance_work_mem = '1GB'`)
    for (const name of withoutName)
      await client.query(`alter table ${table} drop constraint ${name}`)
    for (const { name } of indexes) await client.query(`drop index ${name}`)
    await load()
    for (const { definition } of indexes) await client.query(definition)
    for (const key of keys) await client.query(`alter table ${table} add constraint ${key}`)
    await client.query('commit')
  } catch (error) {
    await client.query('rollback')
    throw error
  }
  await client.query(`vacuum (analyze) ${table}`)
  await client.query('checkpoint')
}
