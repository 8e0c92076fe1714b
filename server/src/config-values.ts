/** How the text of a setting becomes its value. Each throws InvalidValue with what the setting must be. */
import { isIP } from 'node:net'
import { resolve } from 'node:path'
import { parseRedisUrl } from './infra/redis-url.ts'

/** Completes "NAME must be …". */
export class InvalidValue extends Error {
  override name = 'InvalidValue'
}

/** A private Ed25519 key as a JWK (RFC 8037). */
export interface SigningKey {
  kty: 'OKP'
  crv: 'Ed25519'
  kid: string
  x: string
  d: string
}

export const text = (value: string): string => value

export const absolutePath = (value: string): string => resolve(value)

export function number(least: number, most: number) {
  return (value: string): number => {
    const parsed = /^\d+(\.\d+)?$/.test(value) ? Number(value) : Number.NaN
    if (parsed >= least && parsed <= most) return parsed
    throw new InvalidValue(`a number from ${least} to ${most}`)
  }
}

export function wholeNumber(least: number, most: number) {
  return (value: string): number => {
    const parsed = /^\d{1,9}$/.test(value) ? Number(value) : Number.NaN
    if (parsed >= least && parsed <= most) return parsed
    throw new InvalidValue(`a whole number from ${least} to ${most}`)
  }
}

/** 4 is the least bcrypt knows; 15 takes more than a second on any machine. */
export const bcryptCost = wholeNumber(4, 15)

export function oneOf<const Word extends string>(...words: Word[]) {
  return (value: string): Word => {
    const found = words.find((word) => word === value)
    if (found !== undefined) return found
    throw new InvalidValue(`one of ${words.join(', ')}`)
  }
}

export const onOff = (value: string): boolean => oneOf('on', 'off')(value) === 'on'

export function databaseUrl(value: string): string {
  if (/^postgres(ql)?:$/.test(parsedUrl(value)?.protocol ?? '')) return value
  throw new InvalidValue(
    'a connection string like postgresql://user:password@host:5432/database ' +
      '(in the password, write / as %2F, # as %23, ? as %3F, @ as %40, % as %25)',
  )
}

export function redisUrl(value: string): string {
  if (parseRedisUrl(value)) return value
  throw new InvalidValue(
    'a URL like redis://host:6379 or, over TLS, rediss://user:password@host:6379; for a Redis Cluster ' +
      'redis+cluster://host:6379,host:6379 (in the password, write / as %2F, # as %23, ? as %3F, @ as %40, % as %25)',
  )
}

export function smtpUrl(value: string): string {
  const url = parsedUrl(value)
  if (/^smtps?:$/.test(url?.protocol ?? '') && url?.hostname) return value
  throw new InvalidValue(
    'a URL like smtp://user:password@host:587 or, over TLS from the start, smtps://user:password@host',
  )
}

/** What may stand behind From: one address, perhaps with a name before it. */
export function mailSender(value: string): string {
  if (/^([^<>"\r\n]+ <[^\s<>@]+@[^\s<>@]+>|[^\s<>@]+@[^\s<>@]+)$/.test(value)) return value
  throw new InvalidValue('an address like Parley <no-reply@example.org>')
}

export function origin(value: string): string {
  const url = parsedUrl(value)
  const bare = url !== null && url.href === `${url.origin}/`
  if (bare && /^https?:$/.test(url.protocol)) return url.origin
  throw new InvalidValue('a scheme, a host and perhaps a port, like https://chat.example.org')
}

export function originList(value: string): string[] {
  return listOf(value).map((item) => {
    try {
      return origin(item)
    } catch {
      throw new InvalidValue(
        'origins like https://app.example.org, each written out (there is no wildcard), comma separated',
      )
    }
  })
}

export function domainList(value: string): string[] {
  const domains = listOf(value).map((item) => item.toLowerCase())
  if (domains.length > 0 && domains.every((one) => /^([a-z0-9-]+\.)+[a-z0-9-]{2,}$/.test(one))) {
    return domains
  }
  throw new InvalidValue('domains like example.org, comma separated')
}

/** For Fastify's `trustProxy`. Never "everybody", nor a number of hops: then anyone could claim any address. */
export function trustedProxies(value: string): string {
  const items = listOf(value)
  if (items.length > 0 && items.every(isNetwork)) return items.join(',')
  throw new InvalidValue(
    'the proxies’ addresses or networks, comma separated, like loopback or 10.0.0.0/8',
  )
}

function isNetwork(item: string): boolean {
  if (/^(loopback|linklocal|uniquelocal)$/.test(item)) return true
  const [address = '', bits, more] = item.split('/')
  const most = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1
  if (more !== undefined || most === -1) return false
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) >= 1 && Number(bits) <= most)
}

export function signingKeys(value: string): SigningKey[] {
  const keys = parsedJson(value)
  if (Array.isArray(keys) && keys.length > 0 && keys.every(isSigningKey)) {
    if (new Set(keys.map(({ kid }) => kid)).size === keys.length) return keys
  }
  throw new InvalidValue(
    'a JSON array of private JWKs, each with kty "OKP", crv "Ed25519", x, d and a kid of its own',
  )
}

function isSigningKey(key: unknown): key is SigningKey {
  if (typeof key !== 'object' || key === null) return false
  const { kty, crv, kid, x, d } = { kty: 0, crv: 0, kid: 0, x: 0, d: 0, ...key } as Record<
    string,
    unknown
  >
  const bytes = /^[\w-]{43}$/ // 32 bytes in base64url
  return (
    kty === 'OKP' &&
    crv === 'Ed25519' &&
    typeof kid === 'string' &&
    kid !== '' &&
    typeof x === 'string' &&
    bytes.test(x) &&
    typeof d === 'string' &&
    bytes.test(d)
  )
}

export function listOf(value: string): string[] {
  return value
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')
}

export function parsedUrl(value: string): URL | null {
  return URL.canParse(value) ? new URL(value) : null
}

function parsedJson(value: string): unknown {
  try {
    return JSON.parse(value)
  } catch {
    return null
  }
}
