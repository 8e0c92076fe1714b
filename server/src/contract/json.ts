import { AppError } from './error-codes.ts'
import { pointerTo } from './pointer.ts'

const maxDepth = 16

/** Parses what a client sent, on either door: bounded in depth before it is parsed, every text
 *  in it storable. Throws AppError `invalid_request`. */
export function parseClientJson(source: string): unknown {
  const value = parseBounded(source)
  assertCleanSource(source, value)
  return value
}

/** The first half of it: what its texts hold is still to be asked. */
export function parseBounded(source: string): unknown {
  if (depthExceeds(source, maxDepth)) {
    throw new AppError('invalid_request', { reason: `the JSON is nested deeper than ${maxDepth}` })
  }
  try {
    return JSON.parse(source)
  } catch (error) {
    throw new AppError('invalid_request', { reason: 'the body is not valid JSON', cause: error })
  }
}

/** The second half. Text that was decoded strictly can hold a NUL or a lone surrogate only by an
 *  escape. */
export function assertCleanSource(source: string, value: unknown): void {
  if (source.includes('\\u')) assertCleanText(value, '')
}

/** PostgreSQL stores neither NUL nor half a character: refuse them where they come in. */
export function assertCleanText(value: unknown, pointer: string): void {
  if (typeof value === 'string') {
    if (!value.includes('\0') && value.isWellFormed()) return
    throw new AppError('invalid_request', {
      errors: [{ pointer, detail: 'must not contain NUL or lone surrogates' }],
    })
  }
  if (typeof value !== 'object' || value === null) return
  for (const [key, inner] of Object.entries(value)) {
    assertCleanText(key, pointer)
    assertCleanText(inner, pointerTo(pointer, key))
  }
}

function depthExceeds(source: string, limit: number): boolean {
  let depth = 0
  let inString = false
  for (let at = 0; at < source.length; at++) {
    const code = source.charCodeAt(at)
    if (inString) {
      if (code === 0x5c) at++
      else if (code === 0x22) inString = false
    } else if (code === 0x22) inString = true
    else if (code === 0x7b || code === 0x5b) {
      if (++depth > limit) return true
    } else if (code === 0x7d || code === 0x5d) depth--
  }
  return false
}
