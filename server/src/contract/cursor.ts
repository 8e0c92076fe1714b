import { AppError } from './error-codes.ts'
import { uuid } from './uuid.ts'

type CursorValue = string | number
type Part = 'string' | 'number' | 'id' | 'time'

/** The key of the last row of a page, made opaque. */
export function encodeCursor(key: readonly CursorValue[]): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url')
}

function fits(value: unknown, part: Part): boolean {
  if (part === 'number') return Number.isSafeInteger(value)
  if (typeof value !== 'string' || value.includes('\0') || !value.isWellFormed()) return false
  if (part === 'id') return uuid.test(value)
  return part === 'string' || isTime(value)
}

/** As our answers write it, in a year that PostgreSQL has: it reads less than Date does. */
function isTime(value: string): boolean {
  return /^(?!0000)\d{4}-/.test(value) && new Date(value).toISOString() === value
}

/** The key a cursor stands for; AppError `invalid_request` where its parts are other than `shape`. */
export function decodeCursor(cursor: string, shape: readonly Part[]): CursorValue[] {
  try {
    const key: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString())
    if (Array.isArray(key) && key.length === shape.length) {
      if (shape.every((part, at) => fits(key[at], part))) return key
    }
  } catch {
    // Falls through to the one answer for every broken cursor.
  }
  throw new AppError('invalid_request', {
    errors: [{ pointer: '/cursor', detail: 'is not a cursor of this list' }],
  })
}
