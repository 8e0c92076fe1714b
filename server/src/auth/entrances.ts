import type { Transaction } from '../infra/db.ts'
import type { MailQueue } from '../infra/mail-queue.ts'
import type { Entrances } from '../user/account-access.ts'
import type { UserAccounts } from '../user/accounts.ts'
import { waysInResetMail } from './mails.ts'
import type { Passkeys } from './passkeys.ts'
import type { Sessions } from './sessions.ts'
import type { TwoFactor } from './two-factor.ts'
import { listWaysIn } from './ways-in-queries.ts'

interface EntrancesDeps {
  accounts: UserAccounts
  sessions: Sessions
  twoFactor: TwoFactor
  passkeys: Passkeys
  mail: Pick<MailQueue, 'add'>
  /** Of the server, as mails call it. */
  publicUrl: string
}

const none = { hasTwoFactor: false, passkeys: 0, identities: 0 }

/** What administrators see and may close of an account. */
export function entrancesOf(deps: EntrancesDeps): Entrances {
  const { sessions, twoFactor, passkeys } = deps
  return {
    async withWaysIn(db, accounts) {
      const ids = accounts.map(({ id }) => id)
      const ways = new Map(
        (await listWaysIn(db, ids)).map(({ userId, ...theirs }) => [userId, theirs]),
      )
      return accounts.map((account) => ({ ...account, ...(ways.get(account.id) ?? none) }))
    },
    endSessions: (tx, userId) => sessions.endIn(tx, userId, 'all', 'ended'),
    async removeTwoFactor(tx, userId, actorId) {
      const wasOn = await twoFactor.remove(tx, userId, actorId)
      if (wasOn) await tell(deps, tx, userId, 'two_factor')
    },
    async removePasskeys(tx, userId, actorId) {
      const hadSome = await passkeys.removeAll(tx, userId, actorId)
      if (hadSome) await tell(deps, tx, userId, 'passkeys')
    },
  }
}

async function tell(
  { accounts, mail, publicUrl }: EntrancesDeps,
  tx: Transaction,
  userId: string,
  what: 'two_factor' | 'passkeys',
): Promise<void> {
  const account = await accounts.findById(tx, userId)
  if (!account || account.email === null) return
  const { email: to, username } = account
  tx.afterCommit(() => mail.add(async () => waysInResetMail({ to, username, publicUrl, what })))
}
