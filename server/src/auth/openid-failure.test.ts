import { inspect } from 'node:util'
import { expect, it } from 'vitest'
import { openIdFailure } from './openid-failure.ts'

it('keeps what the provider said in its answers out of what is logged', () => {
  const body = { error: 'invalid_client', id_token: 'secret', error_description: 'secret' }
  const inner = Object.assign(new Error('the body says no'), { response: 'secret' })
  const error = Object.assign(new Error('refused', { cause: inner }), body, {
    code: 'OAUTH_RESPONSE_BODY_ERROR',
  })
  const failure = openIdFailure('example', error)
  expect(failure.code).toBe('provider_unavailable')
  const logged = inspect(failure, { depth: 10, showHidden: true })
  expect(logged).toContain('example: refused; the body says no')
  expect(logged).not.toContain('secret')
})
