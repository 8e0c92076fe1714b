import { AppError } from './error-codes.ts'

type CursorValue = string | number

/** The key of the last row of a page, made opaque. */
export function encodeCursor(key: readonly CursorValue[]): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url')
}

/** The key a cursor stands for; AppError `invalid_request` where it has another form than
 *  `shape` ("string" or "number" for each part). */
export function decodeCursor(
  cursor: string,
  shape: readonly ('string' | 'number')[],
): CursorValue[] {
  try {
    const key: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString())
    if (Array.isArray(key) && key.length === shape.length) {
      if (key.every((value, at) => typeof value === shape[at])) return key
    }
  } catch {
    // Falls through to the one answer for every broken cursor.
  }
  throw new AppError('invalid_request', {
    errors: [{ pointer: '/cursor', detail: 'is not a cursor of this list' }],
  })
}
