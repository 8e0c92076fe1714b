import { AppError } from '../contract/error-codes.ts'
import type { Transaction } from '../infra/db.ts'
import type { Account } from '../user/account.ts'
import { listWaysIn } from './ways-in-queries.ts'

/** After one of them was taken away, the person's row locked: undoes it where it was the last.
 *  AppError `last_way_in`. */
export async function requireWayIn(tx: Transaction, { id, passwordHash }: Account): Promise<void> {
  if (passwordHash !== null) return
  const [ways] = await listWaysIn(tx, [id])
  if (!ways || ways.passkeys + ways.identities === 0) throw new AppError('last_way_in')
}
