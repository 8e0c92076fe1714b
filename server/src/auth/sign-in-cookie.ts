/** `__Host-`: no neighbouring domain can plant another one. Lax, since it must come along when the
 *  provider sends the browser back. */
const name = '__Host-parley-sign-in'

/** Ties a sign-in at a provider to the browser that began it. */
export function signInCookie(secret: string, seconds: number): string {
  return `${name}=${secret}; Max-Age=${seconds}; Path=/; Secure; HttpOnly; SameSite=Lax`
}

/** The secret in a Cookie header. */
export function secretInCookie(header: string | undefined): string | undefined {
  const pairs = (header ?? '').split(';').map((pair) => pair.trim())
  const secret = pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1)
  return secret !== undefined && /^[\w-]{43}$/.test(secret) ? secret : undefined
}
