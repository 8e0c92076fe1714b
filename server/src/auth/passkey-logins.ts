import type { RequestContext } from '../contract/endpoint.ts'
import { AppError } from '../contract/error-codes.ts'
import { timestamp } from '../infra/clock.ts'
import type { Clock } from '../infra/clock.ts'
import type { Database } from '../infra/db.ts'
import type { UserAccounts } from '../user/accounts.ts'
import type { UserDirectory } from '../user/directory.ts'
import type { AccessTokens } from './access-tokens.ts'
import { deviceOf } from './device.ts'
import { challengeLifetime } from './passkey-challenges.ts'
import type { PasskeyChallenges } from './passkey-challenges.ts'
import { findCredential, usePasskey } from './passkey-queries.ts'
import type { PasskeyLogin, PasskeyRequestOptions } from './passkey-schema.ts'
import type { RelyingParty } from './relying-party.ts'
import type { SignedIn } from './schema.ts'
import { grantOf } from './session-grant.ts'
import type { Sessions } from './sessions.ts'

interface PasskeyLoginsDeps {
  db: Database
  clock: Clock
  accounts: UserAccounts
  directory: UserDirectory
  sessions: Sessions
  tokens: AccessTokens
  challenges: PasskeyChallenges
  party: RelyingParty
}

/** Signing in with a passkey. It is two factors by itself, the device and what its owner unlocks
 *  it with: no code is asked for. */
export class PasskeyLogins {
  readonly #deps: PasskeyLoginsDeps

  constructor(deps: PasskeyLoginsDeps) {
    this.#deps = deps
  }

  /** What the browser needs to ask its owner with which passkey. */
  async begin(): Promise<PasskeyRequestOptions> {
    const { challenges, party } = this.#deps
    return {
      challenge: await challenges.issue(null),
      rpId: party.id,
      timeout: challengeLifetime,
      userVerification: 'required',
    }
  }

  /** AppError `invalid_passkey`, `account_suspended`. */
  async logIn(
    { credential, deviceName }: PasskeyLogin,
    context: RequestContext,
  ): Promise<SignedIn> {
    const { db, clock, accounts, directory, sessions, tokens, challenges, party } = this.#deps
    const challenge = await challenges.take(credential.response.clientDataJSON, null)
    const passkey = await findCredential(db, Buffer.from(credential.id, 'base64url'))
    if (!passkey) throw new AppError('invalid_passkey')
    const { id, userId } = passkey
    const use = await party.checkAssertion(credential, challenge, passkey)
    const started = await db.transaction(async (tx) => {
      const account = await accounts.lock(tx, userId)
      // Removed meanwhile, or another use was counted: then this one is not the next.
      const isNext = await usePasskey(tx, id, { ...use, at: timestamp(clock) })
      if (!account || !isNext) throw new AppError('invalid_passkey')
      if (account.status === 'suspended') throw new AppError('account_suspended')
      const user = await directory.getOwnUser(tx, userId)
      return { user, session: await sessions.start(tx, userId, deviceOf(context, deviceName)) }
    })
    return { user: started.user, session: await grantOf(tokens, started.session) }
  }
}
