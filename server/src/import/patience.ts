import { setTimeout as sleep } from 'node:timers/promises'
import { AppError } from '../contract/error-codes.ts'
import type { ErrorCode } from '../contract/error-codes.ts'

/** The database has no time, is away, or did not say what became of it. */
const passing: readonly ErrorCode[] = ['overloaded', 'unavailable', 'outcome_unknown']
const attempts = 10

/** Does work that may be done twice, again where it failed for a reason that passes. */
export async function patiently<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work()
    } catch (error) {
      const passes = error instanceof AppError && passing.includes(error.code)
      if (!passes || attempt === attempts) throw error
      await sleep(error.retryAfterMs ?? 1000)
    }
  }
}
