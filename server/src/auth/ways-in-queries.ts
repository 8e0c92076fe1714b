import type { DbHandle } from '../infra/db.ts'
import { sql } from '../infra/sql.ts'
import type { WaysIn } from '../user/schema.ts'

/** One row for each of these people. */
export async function listWaysIn(
  db: DbHandle,
  userIds: readonly string[],
): Promise<(WaysIn & { userId: string })[]> {
  return db.query<WaysIn & { userId: string }>(
    sql`select person.id as "userId",
        exists (select from totp_factors where user_id = person.id and confirmed_at is not null)
          as "hasTwoFactor",
        (select count(*) from passkeys where user_id = person.id) as passkeys,
        (select count(*) from identities where user_id = person.id) as identities
      from unnest(${userIds}::uuid[]) as person (id)`,
  )
}
