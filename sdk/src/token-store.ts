import { ParleyError } from './error.ts'
import type { SessionStore, StoredSession } from './session-store.ts'

/**
 * Signs with access tokens that your own product makes (TRUSTED_ISSUER of the server) in the place of
 * sessions. `source` is asked for one at the start and whenever the last is about to run out; undefined:
 * nobody is signed in.
 *
 * @example
 * const source = async () => (await fetch('/chat-token')).text()
 * const client = new ParleyClient({ url, store: tokenStore(source) })
 */
export function tokenStore(
  source: () => string | undefined | Promise<string | undefined>,
): SessionStore {
  return {
    async read() {
      const token = await asked(source)
      return token === undefined ? undefined : storedOf(token)
    },
    write() {}, // the product keeps them
  }
}

/** An error of its own making would be taken for a broken store, and never asked again. */
async function asked<T>(source: () => T | Promise<T>): Promise<T> {
  try {
    return await source()
  } catch (cause) {
    const reason = 'unable to sign the request; the source of tokens does not answer'
    throw new ParleyError('unreachable', reason, { cause })
  }
}

function storedOf(accessToken: string): StoredSession {
  const { exp, iat } = claimsOf(accessToken)
  const now = Date.now() / 1000
  const lifetime = exp - iat
  // Where the clock of this device is wrong the token counts as new.
  const expiresIn = exp > now && exp - now < lifetime ? exp - now : lifetime
  const expiresAt = (now + expiresIn) * 1000
  return { id: '', accessToken, refreshToken: '', expiresIn, expiresAt }
}

function claimsOf(token: string): { exp: number; iat: number } {
  try {
    const [, payload = ''] = token.split('.')
    const { exp, iat } = JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/')))
    if (exp > iat) return { exp, iat }
  } catch {
    // No JWT.
  }
  const reason = 'unable to sign the request; the source of tokens gave no JWT with exp and iat'
  throw new ParleyError('unexpected_answer', reason)
}
