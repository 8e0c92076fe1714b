import { describe, expect, it } from 'vitest'
import { bytesOf, newTotpSecret, totpCode, totpStep, totpUri } from './totp.ts'

describe('time-based codes', () => {
  // RFC 6238, appendix B, SHA-1, the last six of eight digits.
  it.each([
    [59, '287082'],
    [1_111_111_109, '081804'],
    [1_111_111_111, '050471'],
    [1_234_567_890, '005924'],
    [2_000_000_000, '279037'],
    [20_000_000_000, '353130'],
  ])('at second %d are those of the RFC', (second, code) => {
    const key = Buffer.from('12345678901234567890')
    expect(totpCode(key, Math.floor(second / 30))).toBe(code)
  })

  it('have secrets of 160 bits in base32', () => {
    // RFC 4648: the base32 of the key above.
    expect(bytesOf('GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ').toString()).toBe('12345678901234567890')
    const secrets = Array.from({ length: 50 }, newTotpSecret)
    for (const secret of secrets) expect(secret).toMatch(/^[A-Z2-7]{32}$/)
    expect(new Set(secrets).size).toBe(50)
    expect(bytesOf(secrets[0] ?? '')).toHaveLength(20)
  })

  it('are taken a step too early or too late, and never before the last one taken', () => {
    const secret = newTotpSecret()
    const now = 1_800_000_000_000
    const step = now / 30_000
    const at = (of: number) => totpCode(bytesOf(secret), of)
    const taken = (code: string, after = 0) => totpStep(secret, code, { now, after })
    expect([step - 1, step, step + 1].map((one) => taken(at(one)))).toEqual([
      step - 1,
      step,
      step + 1,
    ])
    expect([taken(at(step - 2)), taken(at(step + 2))]).toEqual([undefined, undefined])
    expect(taken(at(step), step)).toBeUndefined()
    expect(taken(at(step + 1), step)).toBe(step + 1)
    for (const wrong of ['', '12345', `${at(step)}0`, 'ａｂｃｄｅｆ'])
      expect(taken(wrong)).toBeUndefined()
  })

  it('are told to an authenticator in the form all of them read', () => {
    expect(totpUri('ABC', 'chat.example.org', 'ada')).toBe(
      'otpauth://totp/chat.example.org:ada?secret=ABC&issuer=chat.example.org',
    )
  })
})
