import { AppError } from '../contract/error-codes.ts'

/** SQLSTATEs after which the same transaction may succeed: serialization failure, deadlock. */
const transient = new Set(['40001', '40P01'])
/** Somebody holds a lock too long, or the statement took too long. */
const slow = new Set(['55P03', '57014'])
/** The server goes down, is starting, has no connection left, or ended an idle transaction. */
const gone = new Set(['57P01', '57P02', '57P03', '53300', '25P03', '57P05'])
const network = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ENOENT', 'ETIMEDOUT', 'ENOTFOUND'])

function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('code' in error)) return ''
  return typeof error.code === 'string' ? error.code : ''
}

/** Nothing was done: the whole transaction may be tried again. */
export function isTransient(error: unknown): boolean {
  return transient.has(codeOf(error))
}

/** The connection is gone: whatever was on its way has no answer. */
export function isConnectionLoss(error: unknown): boolean {
  const code = codeOf(error)
  if (network.has(code) || gone.has(code) || code.startsWith('08')) return true
  // pg gives these no code.
  return (
    error instanceof Error &&
    /^(Connection terminated|Client has encountered a connection error|timeout exceeded when trying to connect|Client was closed|Query read timeout)/i.test(
      error.message,
    )
  )
}

/** A value PostgreSQL cannot take, or a violated constraint (classes 22 and 23): of a statement
 *  over many rows, one is to blame. */
export function isRowFault(error: unknown): boolean {
  return /^2[23]/.test(codeOf(error))
}

/** Another transaction held a lock for too long. */
export function isLockTimeout(error: unknown): boolean {
  return codeOf(error instanceof AppError ? error.cause : error) === '55P03'
}

/** Thrown inside `Database.transaction`: another transaction has overtaken this one, which must
 *  run again from the start, as after a serialization failure. */
export class Overtaken extends Error {
  readonly code = '40001'
}

/** Turns what PostgreSQL or the network said into an AppError where a client can act on it. */
export function translateDbError(error: unknown): unknown {
  if (error instanceof AppError) return error
  if (isConnectionLoss(error))
    return new AppError('unavailable', { cause: error, retryAfterMs: 1000 })
  if (slow.has(codeOf(error)) || isTransient(error)) {
    return new AppError('overloaded', { cause: error, retryAfterMs: 1000 })
  }
  return error
}

/** The name of the violated constraint of a unique violation, for services that know theirs. */
export function violatedConstraint(error: unknown): string | undefined {
  if (codeOf(error) !== '23505' || typeof error !== 'object' || error === null) return undefined
  return 'constraint' in error && typeof error.constraint === 'string'
    ? error.constraint
    : undefined
}
