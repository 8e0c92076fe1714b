import { AppError } from '../contract/error-codes.ts'
import type { LoginDelays } from './login-delays.ts'
import type { Passwords } from './passwords.ts'

interface CodeGuardDeps {
  delays: LoginDelays
  passwords: Passwords
}

/** Six digits are soon guessed: wrong codes cost what wrong passwords cost. */
export class CodeGuard {
  readonly #deps: CodeGuardDeps

  constructor(deps: CodeGuardDeps) {
    this.#deps = deps
  }

  /** Runs what takes a code of this person; `invalid_code` counts as a failure. AppError
   *  `rate_limited` where a wait is due. */
  async run<T>(userId: string, address: string, work: () => Promise<T>): Promise<T> {
    const { delays, passwords } = this.#deps
    const isKnownHere = () => passwords.isKnownAt(userId, address)
    let outcome: Promise<T> | undefined
    const attempt = { account: `code ${userId}`, address, isKnownHere }
    await delays.guard(attempt, async () => {
      outcome = work()
      return outcome.then(() => true, passed)
    })
    if (!outcome) throw new Error('the guard let nobody try')
    return outcome
  }
}

/** Another error is no guess. */
function passed(error: unknown): boolean {
  if (error instanceof AppError && error.code === 'invalid_code') return false
  throw error
}
