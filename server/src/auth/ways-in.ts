import { AppError } from '../contract/error-codes.ts'
import type { Transaction } from '../infra/db.ts'
import type { Account } from '../user/account.ts'
import { countWaysBesidePassword } from './identity-queries.ts'

/** After one of them was taken away, the person's row locked: undoes it where it was the last.
 *  AppError `last_way_in`. */
export async function requireWayIn(tx: Transaction, { id, passwordHash }: Account): Promise<void> {
  if (passwordHash !== null) return
  if ((await countWaysBesidePassword(tx, id)) === 0) throw new AppError('last_way_in')
}
