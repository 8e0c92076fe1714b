/** `__Host-`: of this very host only, over TLS (or localhost) only, for the whole of it (RFC 6265bis);
 *  no neighbouring domain can plant another one. */
const name = '__Host-parley'

/** Out of the reach of scripts, and of requests that other sites cause. */
const attributes = 'Path=/; Secure; HttpOnly; SameSite=Strict'

export function refreshCookie(token: string, days: number): string {
  return `${name}=${token}; Max-Age=${days * 86_400}; ${attributes}`
}

/** Takes the cookie away. */
export const noRefreshCookie = `${name}=; Max-Age=0; ${attributes}`

/** The refresh token in a Cookie header. */
export function tokenInCookie(header: string | undefined): string | undefined {
  const pairs = (header ?? '').split(';').map((pair) => pair.trim())
  return pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1)
}
