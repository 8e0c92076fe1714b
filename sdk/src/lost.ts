import { ParleyError, isPassing } from './error.ts'
import type { Closed } from './error.ts'
import { closeCodes } from './generated/frames.ts'

/** Why nothing is being tried any more: `idle` before `connect()`, `left` after `close()`,
 *  `failed` where this side cannot connect at all, or what the server said. */
export type ClosedReason = 'idle' | 'left' | 'failed' | keyof typeof closeCodes

/** A line that ended, or never came about: whether and when to come back. */
export interface Lost {
  error: ParleyError
  /** Do not come back, for this reason. */
  final?: ClosedReason
  /** Wait at least so long, in milliseconds. */
  afterMs?: number
  /** Wait just so long: the server spread its clients already. */
  exactlyMs?: number
}

/** From this code on: do not come back (S7). */
const firstFinal = 4500

/** `hint`: the moment the server named in `reconnect`, by `Date.now()`. */
export function lostAfter(closed: Closed, hint?: number): Lost {
  const error = lineError(closed)
  if (closed.code >= firstFinal) return { error, final: reasonOf(closed.code) }
  if (hint !== undefined) return { error, exactlyMs: hint - Date.now() }
  return { error, afterMs: afterMsIn(closed.reason) }
}

/** Some refusals pass; what the others say will be said again. */
export function lostBefore(cause: unknown): Lost {
  if (!(cause instanceof ParleyError)) {
    const message = `unable to connect; ${String(cause)}`
    return { error: new ParleyError('unreachable', message, { cause }), final: 'failed' }
  }
  if (cause.closed && cause.closed.code >= firstFinal) return lostAfter(cause.closed)
  if (isPassing(cause)) {
    return { error: cause, afterMs: cause.retryAfterMs ?? afterMsIn(cause.closed?.reason) }
  }
  const { code, status } = cause
  if (code === 'unauthenticated') return { error: cause, final: 'tokenInvalid' }
  const ended = code === 'no_session' || status === 401 || status === 403
  return { error: cause, final: ended ? 'sessionEnded' : 'failed' }
}

/** What a command is told whose line has ended. */
export function lineError(closed: Closed): ParleyError {
  const { code, reason } = closed
  const why = reason === '' ? `code ${code}` : `code ${code}, ${reason}`
  // 1009: the frame was too large; it must never be sent again (S7).
  const name = code === 1009 ? 'payload_too_large' : 'connection_lost'
  return new ParleyError(name, `unable to use the connection; it has ended (${why})`, { closed })
}

function reasonOf(code: number): ClosedReason {
  // The keys of an object are all that Object.keys answers.
  const names = Object.keys(closeCodes) as (keyof typeof closeCodes)[]
  return names.find((name) => closeCodes[name] === code) ?? 'protocolError'
}

/** 4013 and 4029 carry it, as JSON. */
function afterMsIn(reason = ''): number | undefined {
  try {
    const { afterMs }: { afterMs?: unknown } = JSON.parse(reason)
    return typeof afterMs === 'number' ? afterMs : undefined
  } catch {
    return undefined
  }
}
