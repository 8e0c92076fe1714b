import { expect, test } from 'vitest'
import { readReturned } from './returned.ts'

test('an address tells what a provider answered', () => {
  expect(readReturned('#sign-in-ticket=abc%2Bd')).toEqual({ name: 'ticket', ticket: 'abc+d' })
  expect(readReturned('#sign-in-error=sign_in_refused')).toEqual({
    name: 'failed',
    why: 'The provider refused, or you cancelled there.',
  })
  expect(readReturned('#sign-in-error=later_code')).toEqual({
    name: 'failed',
    why: 'The provider could not sign you in (later_code).',
  })
})

test('every other address tells nothing', () => {
  for (const hash of ['', '#', '#verify-email/abc', '#sign-in-ticket=', 'xsign-in-error=a']) {
    expect(readReturned(hash)).toBeUndefined()
  }
})
