import { expect, test } from 'vitest'
import { base64urlOf, bytesOf, creationOptions, requestOptions } from './passkey-json.ts'

test('bytes go over the wire as base64url and come back the same', () => {
  const known = {
    '': [],
    AA: [0],
    '-_8': [251, 255],
    AQID: [1, 2, 3],
    '_-7dzA': [255, 238, 221, 204],
  }
  for (const [text, bytes] of Object.entries(known)) {
    expect(base64urlOf(Uint8Array.from(bytes).buffer)).toBe(text)
    expect([...bytesOf(text)]).toEqual(bytes)
  }
})

test('options get bytes where the browser wants them, and keep all else', () => {
  const options = creationOptions({
    rp: { id: 'localhost', name: 'Parley' },
    user: { id: 'AQI', name: 'ada', displayName: 'Ada' },
    challenge: '-_8',
    pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
    timeout: 1000,
    excludeCredentials: [{ id: 'Aw', type: 'public-key', transports: ['usb'] }],
    authenticatorSelection: {
      residentKey: 'required',
      requireResidentKey: true,
      userVerification: 'required',
    },
    attestation: 'none',
  })
  expect(options.challenge).toEqual(Uint8Array.of(251, 255))
  expect(options.user).toEqual({ id: Uint8Array.of(1, 2), name: 'ada', displayName: 'Ada' })
  expect(options.excludeCredentials).toEqual([
    { id: Uint8Array.of(3), type: 'public-key', transports: ['usb'] },
  ])
  expect(options.timeout).toBe(1000)
  const login = { challenge: 'AQ', rpId: 'localhost', timeout: 5 }
  expect(requestOptions({ ...login, userVerification: 'required' })).toEqual({
    ...login,
    challenge: Uint8Array.of(1),
    userVerification: 'required',
  })
})
