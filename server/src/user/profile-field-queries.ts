import type { DbHandle, Transaction } from '../infra/db.ts'
import { sql } from '../infra/sql.ts'
import type { Sql } from '../infra/sql.ts'
import type { ProfileField } from './profile-schema.ts'

export async function listProfileFields(db: DbHandle): Promise<ProfileField[]> {
  return listFields(db, sql``)
}

/** Locks them: none of them goes before the transaction ends. */
export async function lockProfileFields(tx: Transaction): Promise<ProfileField[]> {
  return listFields(tx, sql`for key share`)
}

async function listFields(db: DbHandle, lock: Sql): Promise<ProfileField[]> {
  return db.query<ProfileField>(
    sql`select key, label, kind, max_length as "maxLength" from profile_fields
      order by position, key ${lock}`,
  )
}

/** The values of what is not among them, or of another kind now, go as well. */
export async function replaceProfileFields(
  tx: Transaction,
  fields: readonly ProfileField[],
): Promise<void> {
  const column = <K extends keyof ProfileField>(key: K) => fields.map((field) => field[key])
  const [keys, kinds] = [column('key'), column('kind')]
  await tx.query(
    sql`delete from profile_fields f where not exists (
        select from unnest(${keys}::text[], ${kinds}::text[]) as g (key, kind)
        where g.key = f.key and g.kind = f.kind)`,
  )
  await tx.query(
    sql`insert into profile_fields (key, label, kind, max_length, position)
      select key, label, kind, max_length, position
      from unnest(${keys}::text[], ${column('label')}::text[], ${kinds}::text[],
        ${column('maxLength')}::integer[]) with ordinality as g (key, label, kind, max_length, position)
      on conflict (key) do update set label = excluded.label, max_length = excluded.max_length,
        position = excluded.position`,
  )
}

export async function replaceFieldValues(
  tx: Transaction,
  userId: string,
  values: Readonly<Record<string, string>>,
): Promise<void> {
  await tx.query(sql`delete from profile_values where user_id = ${userId}`)
  if (Object.keys(values).length === 0) return
  await tx.query(
    sql`insert into profile_values (user_id, field_key, value)
      select ${userId}, key, value
      from unnest(${Object.keys(values)}::text[], ${Object.values(values)}::text[]) as v (key, value)`,
  )
}
