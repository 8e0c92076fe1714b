/** The values of the settings about who else says who people are; as those of config-values.ts. */
import { usualClaims } from './auth/identity-claims.ts'
import type { ClaimNames } from './auth/identity-claims.ts'
import { InvalidValue, listOf, parsedUrl } from './config-values.ts'

/** Names of sign-in providers, as they stand in addresses and in the names of their settings. */
export function providerNames(value: string): string[] {
  const names = listOf(value)
  const isName = (name: string): boolean => /^[a-z][a-z0-9-]{0,31}$/.test(name)
  if (names.every(isName) && new Set(names).size === names.length) return names
  throw new InvalidValue(
    'names of a-z, 0-9 and -, each once, comma separated, like google,company-login',
  )
}

/** As the provider writes it, to the last slash. Plain HTTP only on this machine: whoever can answer
 *  in its place says who people are. */
export function issuerUrl(value: string): string {
  const url = parsedUrl(value)
  const isPlain = url?.search === '' && url.hash === '' && url.username === ''
  if (isPlain && (url.protocol === 'https:' || isOnThisMachine(url))) return value
  throw new InvalidValue(
    'the issuer’s https URL, like https://login.example.org/realms/team (http at localhost only)',
  )
}

function isOnThisMachine({ protocol, hostname }: URL): boolean {
  return protocol === 'http:' && /^(localhost|127\.0\.0\.1|\[::1\])$/.test(hostname)
}

export function httpUrl(value: string): string {
  if (/^https?:$/.test(parsedUrl(value)?.protocol ?? '')) return value
  throw new InvalidValue('a URL like https://app.example.org/.well-known/jwks.json')
}

/** Where sign-ins may return to in native apps (RFC 8252): a scheme of their own with a dot in it,
 *  an https address the app has claimed, or a port of this machine. */
export function appUrls(value: string): string[] {
  return listOf(value).map((item) => {
    const url = parsedUrl(item)
    const isOwnScheme = /^[a-z][a-z0-9+-]*(\.[a-z0-9+-]+)+:$/.test(url?.protocol ?? '')
    const isLoopback = url !== null && isOnThisMachine(url) && url.hostname !== 'localhost'
    if (isOwnScheme || url?.protocol === 'https:' || isLoopback) return item
    throw new InvalidValue(
      'addresses like org.example.app:/signed-in, https://example.org/app or ' +
        'http://127.0.0.1/signed-in (there any port), comma separated',
    )
  })
}

/** Scopes of OAuth; `openid` is always asked for. */
export function scopeList(value: string): string {
  const scopes = new Set(['openid', ...value.split(/[\s,]+/).filter((scope) => scope !== '')])
  if ([...scopes].every((scope) => /^[\x21\x23-\x5b\x5d-\x7e]+$/.test(scope))) {
    return [...scopes].join(' ')
  }
  throw new InvalidValue('scopes like openid profile email')
}

/** Those with a public key: a secret that both sides know would let each sign for the other. */
const signatures = ['EdDSA', 'ES256', 'ES384', 'ES512', 'PS256', 'PS384', 'PS512', 'RS256'] as const

export function signatureList(value: string): string[] {
  const wanted = listOf(value)
  const known: readonly string[] = signatures
  if (wanted.length > 0 && wanted.every((one) => known.includes(one))) return wanted
  throw new InvalidValue(`algorithms out of ${signatures.join(', ')}, comma separated`)
}

export function claimNames(value: string): ClaimNames {
  const pairs = listOf(value).map((item) => item.split('=').map((part) => part.trim()))
  const fits = pairs.every(
    ([ours = '', theirs = '', more]) =>
      Object.hasOwn(usualClaims, ours) && theirs !== '' && more === undefined,
  )
  if (fits) return { ...usualClaims, ...Object.fromEntries(pairs) }
  throw new InvalidValue(
    `pairs like username=nickname,displayName=full_name; ours are ${Object.keys(usualClaims).join(', ')}`,
  )
}
