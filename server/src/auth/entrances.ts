import type { Entrances } from '../user/account-access.ts'
import type { Sessions } from './sessions.ts'
import type { TwoFactor } from './two-factor.ts'

/** What administrators may close of an account. */
export function entrancesOf({
  sessions,
  twoFactor,
}: {
  sessions: Sessions
  twoFactor: TwoFactor
}): Entrances {
  return {
    endSessions: (tx, userId) => sessions.endIn(tx, userId, 'all', 'ended'),
    removeTwoFactor: (tx, userId, actorId) => twoFactor.remove(tx, userId, actorId),
  }
}
