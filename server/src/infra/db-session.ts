import { types } from 'pg'
import type { CustomTypesConfig } from 'pg'

/** What every connection sets for itself, whatever the server's defaults are (P1, G2). */
export const sessionOptions = [
  'synchronous_commit=on',
  'timezone=UTC',
  'statement_timeout=15000',
  'lock_timeout=5000',
  'idle_in_transaction_session_timeout=5000',
  'application_name=parley',
]
  .map((setting) => `-c ${setting}`)
  .join(' ')

const int8 = 20
const timestamptz = 1184

/** bigint as number (a seq stays far below 2^53), timestamptz as RFC 3339 text in UTC. */
export const columnTypes: CustomTypesConfig = {
  getTypeParser(oid: number, format?: 'text' | 'binary') {
    if (oid === int8) return Number
    if (oid === timestamptz) return toRfc3339
    return types.getTypeParser(oid, format)
  },
}

/** "2026-11-22 12:24:24.5+00" → "2026-11-22T12:24:24.500Z"; columns hold milliseconds. */
export function toRfc3339(value: string): string {
  const seconds = value.slice(0, 19).replace(' ', 'T')
  const fraction = value.slice(20, -3).padEnd(3, '0')
  return `${seconds}.${fraction}Z`
}
