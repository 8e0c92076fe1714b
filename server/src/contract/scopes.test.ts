import { describe, expect, it } from 'vitest'
import { AppError } from './error-codes.ts'
import { requireScope, scopeOf, scopeOfCommand } from './scopes.ts'

const refusal = (work: () => void) => {
  try {
    work()
    return 'let through'
  } catch (error) {
    return error instanceof AppError ? `${error.code}: ${error.message}` : 'something else'
  }
}

describe('the scope of an operation', () => {
  it('follows from its tag and its method; without a known tag no token will do', () => {
    expect(scopeOf({ tag: 'Messages', method: 'GET' })).toBe('messages:read')
    expect(scopeOf({ tag: 'Members', method: 'PUT' })).toBe('rooms:write')
    expect(scopeOf({ tag: 'Auth', method: 'GET' })).toBeNull()
    expect(scopeOf({ tag: 'constructor', method: 'GET' })).toBeNull()
    expect(scopeOf({ tag: 'Users', method: 'DELETE', sessionOnly: true })).toBeNull()
    expect(scopeOfCommand('message.send')).toBe('messages:write')
    expect(scopeOfCommand('something.new')).toBeNull()
  })

  it('is asked of tokens, not of sessions', () => {
    expect(refusal(() => requireScope(undefined, null))).toBe('let through')
    expect(refusal(() => requireScope(['rooms:read'], 'rooms:read'))).toBe('let through')
    expect(refusal(() => requireScope(['rooms:read'], 'rooms:write'))).toBe(
      'insufficient_scope: the token lacks the scope rooms:write',
    )
    expect(refusal(() => requireScope(['rooms:read'], null))).toMatch(
      /^insufficient_scope: .*session/,
    )
    expect(refusal(() => requireScope([], 'rooms:read'))).toMatch(/^insufficient_scope/)
  })
})
