import { describe, expect, it } from 'vitest'
import { deviceOf } from './device.ts'

const named = (userAgent: string, deviceName?: string) =>
  deviceOf({ requestId: 'test', address: '192.0.2.1', userAgent }, deviceName).deviceName

describe('a device', () => {
  it.each([
    [
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0',
      'Edge on Windows',
    ],
    [
      'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15',
      'Safari on macOS',
    ],
    [
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1',
      'Safari on iPhone',
    ],
    [
      'Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36',
      'Chrome on Android',
    ],
    ['curl/8.5.0', 'curl'],
    ['Mozilla/5.0', 'Unknown device'],
    ['', 'Unknown device'],
  ])('is called after its User-Agent: %s', (userAgent, name) => {
    expect(named(userAgent)).toBe(name)
  })

  it('is called what its owner calls it', () => {
    expect(named('curl/8.5.0', ' kitchen tablet ')).toBe('kitchen tablet')
    expect(named('curl/8.5.0', '  ')).toBe('curl')
  })
})
