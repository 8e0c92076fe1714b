import { AppError } from '../contract/error-codes.ts'
import { timestamp } from '../infra/clock.ts'
import type { Clock } from '../infra/clock.ts'
import type { Database } from '../infra/db.ts'
import { deleteExpiredChallenges, insertChallenge, takeChallenge } from './passkey-queries.ts'
import { hashOf, newSecret } from './secret.ts'

/** How long an authenticator may take to answer, in milliseconds. */
export const challengeLifetime = 300_000

interface PasskeyChallengesDeps {
  db: Database
  clock: Clock
}

/** What authenticators are asked to sign: once, for one purpose, within a limited time. */
export class PasskeyChallenges {
  readonly #deps: PasskeyChallengesDeps

  constructor(deps: PasskeyChallengesDeps) {
    this.#deps = deps
  }

  /** For whoever adds a passkey; null: for a sign-in, whose person is not known yet. */
  async issue(userId: string | null): Promise<string> {
    const { db, clock } = this.#deps
    const challenge = newSecret()
    const expiresAt = new Date(clock.now() + challengeLifetime).toISOString()
    await insertChallenge(db, { hash: hashOf(challenge), userId, expiresAt })
    return challenge
  }

  /** The challenge that an answer is about, used up whether the answer is right or not. AppError
   *  `invalid_passkey`. */
  async take(clientDataJSON: string, userId: string | null): Promise<string> {
    const { db, clock } = this.#deps
    const challenge = challengeIn(clientDataJSON)
    const sought = { hash: hashOf(challenge), userId, at: timestamp(clock) }
    if (!(await takeChallenge(db, sought))) throw new AppError('invalid_passkey')
    return challenge
  }

  async purge(): Promise<void> {
    await deleteExpiredChallenges(this.#deps.db, timestamp(this.#deps.clock))
  }
}

function challengeIn(clientDataJSON: string): string {
  try {
    const said: unknown = JSON.parse(Buffer.from(clientDataJSON, 'base64url').toString())
    if (typeof said === 'object' && said !== null && 'challenge' in said) {
      if (typeof said.challenge === 'string') return said.challenge
    }
  } catch {
    // Not JSON: not of a browser.
  }
  throw new AppError('invalid_passkey')
}
