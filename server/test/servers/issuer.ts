/** A product that brings its own users: it signs access tokens and shows its public keys. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { SignJWT, exportJWK, generateKeyPair } from 'jose'
import type { CryptoKey, JWK, JWTHeaderParameters, JWTPayload } from 'jose'

export const audience = 'parley'

export type Issuer = Awaited<ReturnType<typeof startIssuer>>

export async function startIssuer(now: () => number = Date.now) {
  const keys = new Map<string, CryptoKey>()
  const shown: JWK[] = []
  const state = { isDown: false, asked: 0, kid: 'one' }

  const server = createServer((request, response) => {
    state.asked++
    const isDiscovery = request.url?.startsWith('/.well-known') ?? false
    const body = isDiscovery ? { issuer: url, jwks_uri: `${url}/keys` } : { keys: shown }
    const headers = { 'content-type': 'application/json' }
    response.writeHead(state.isDown ? 500 : 200, headers).end(JSON.stringify(body))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}` // it listens on TCP

  /** A new key, which signs from now on and is shown unless told otherwise. */
  async function rotate(kid: string, isShown = true): Promise<void> {
    const { privateKey, publicKey } = await generateKeyPair('ES256')
    keys.set(kid, privateKey)
    state.kid = kid
    if (isShown) shown.push({ ...(await exportJWK(publicKey)), kid, alg: 'ES256', use: 'sig' })
  }
  await rotate('one')

  const claimsOf = (subject: string, more: JWTPayload): JWTPayload => {
    const iat = Math.floor(now() / 1000)
    return { iss: url, aud: audience, sub: subject, iat, exp: iat + 600, ...more }
  }

  return Object.assign(state, {
    url,
    shown,
    rotate,
    claimsOf,
    get signingKey() {
      return keys.get(state.kid)! // rotate puts it there
    },
    token: (subject: string, more: JWTPayload = {}, header: Partial<JWTHeaderParameters> = {}) =>
      new SignJWT(claimsOf(subject, more))
        .setProtectedHeader({ alg: 'ES256', kid: state.kid, ...header })
        .sign(keys.get(state.kid)!), // rotate puts it there
    settings: {
      trustedIssuer: url,
      trustedAudience: audience,
      trustedJwksUrl: `${url}/keys`,
      trustedAlgorithms: ['ES256'],
    },
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  })
}
