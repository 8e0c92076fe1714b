import { describe, expect, it } from 'vitest'
import { parseRedisUrl } from './redis-url.ts'

describe('REDIS_URL', () => {
  it('names one server', () => {
    expect(parseRedisUrl('redis://localhost')).toEqual({
      kind: 'server',
      nodes: [{ host: 'localhost', port: 6379 }],
      tls: false,
      db: 0,
    })
    expect(parseRedisUrl('rediss://ann:s%40fe@[::1]:6380/2')).toEqual({
      kind: 'server',
      nodes: [{ host: '::1', port: 6380 }],
      tls: true,
      username: 'ann',
      password: 's@fe',
      db: 2,
    })
    expect(parseRedisUrl('redis://:safe@localhost/')).toMatchObject({ password: 'safe', db: 0 })
  })

  it('names one node of a cluster, or several, with one login for all', () => {
    expect(parseRedisUrl('redis+cluster://seed.example.org:7000')).toEqual({
      kind: 'cluster',
      nodes: [{ host: 'seed.example.org', port: 7000 }],
      tls: false,
      db: 0,
    })
    expect(
      parseRedisUrl('rediss+cluster://ann:safe@10.0.0.1:7000,10.0.0.2,[fd00::3]:7002/'),
    ).toEqual({
      kind: 'cluster',
      nodes: [
        { host: '10.0.0.1', port: 7000 },
        { host: '10.0.0.2', port: 6379 },
        { host: 'fd00::3', port: 7002 },
      ],
      tls: true,
      username: 'ann',
      password: 'safe',
      db: 0,
    })
  })

  it.each([
    'http://localhost',
    'redis:localhost',
    'redis://',
    'redis://:6379',
    'redis://a,b',
    'redis+cluster://a,,b',
    'redis+cluster://a:port',
    'redis+cluster://a/1',
    'redis+sentinel://a',
    'redis://localhost/one',
    'redis://localhost?tls=true',
    'redis://a@b@c',
    'redis://:100%@localhost',
  ])('is not %s', (value) => {
    expect(parseRedisUrl(value)).toBeNull()
  })
})
