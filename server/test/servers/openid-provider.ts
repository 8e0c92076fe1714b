/** A provider of OpenID Connect: discovery, authorisation code with PKCE, tokens, keys. It knows one
 *  person at a time, who consents to everything, and can be told to misbehave. */
import { createHash, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { SignJWT, UnsecuredJWT, exportJWK, generateKeyPair } from 'jose'
import type { JWTPayload } from 'jose'

export const clientId = 'parley'
export const clientSecret = 'a secret between the two'

interface Grant {
  redirectUri: string
  challenge: string
  nonce: string
}

type Signing = 'its key' | 'another key' | 'nobody' | 'the public key as a secret'

export type OpenIdProvider = Awaited<ReturnType<typeof startOpenIdProvider>>

export async function startOpenIdProvider() {
  const [own, stranger] = await Promise.all([generateKeyPair('ES256'), generateKeyPair('ES256')])
  const jwk = { ...(await exportJWK(own.publicKey)), kid: 'one', alg: 'ES256', use: 'sig' }
  const grants = new Map<string, Grant>()
  const state = {
    /** Who is at the browser. */
    person: { sub: 'u1', name: 'Ada Lovelace' } as JWTPayload,
    /** What differs in its tokens. */
    claims: {} as JWTPayload,
    /** What it tells apart from the token, at its userinfo endpoint. */
    userInfo: undefined as object | undefined,
    signing: 'its key' as Signing,
    /** Paths that answer 500, and paths that do not answer. */
    down: new Set<string>(),
    silent: new Set<string>(),
    /** How often each path was asked for. */
    asked: new Map<string, number>(),
  }

  async function idToken(claims: JWTPayload): Promise<string> {
    const header = { alg: 'ES256', kid: 'one' }
    const jwt = () => new SignJWT(claims)
    if (state.signing === 'nobody') return new UnsecuredJWT(claims).encode()
    if (state.signing === 'its key') return jwt().setProtectedHeader(header).sign(own.privateKey)
    if (state.signing === 'another key') {
      return jwt().setProtectedHeader(header).sign(stranger.privateKey)
    }
    const secret = Buffer.from(JSON.stringify(jwk))
    return jwt().setProtectedHeader({ alg: 'HS256', kid: 'one' }).sign(secret)
  }

  async function token(request: IncomingMessage): Promise<[number, object]> {
    const form = new URLSearchParams(await text(request))
    const basic = Buffer.from(
      `${clientId}:${encodeURIComponent(clientSecret).replaceAll('%20', '+')}`,
    )
    if (request.headers.authorization !== `Basic ${basic.toString('base64')}`) {
      return [401, { error: 'invalid_client' }]
    }
    const code = form.get('code') ?? ''
    const grant = grants.get(code)
    grants.delete(code)
    const verifier = createHash('sha256').update(form.get('code_verifier') ?? '')
    const fits =
      form.get('redirect_uri') === grant?.redirectUri &&
      verifier.digest('base64url') === grant?.challenge
    if (!grant || !fits) return [400, { error: 'invalid_grant' }]
    const now = Math.floor(Date.now() / 1000)
    const usual = { iss: url, aud: clientId, iat: now, exp: now + 60, nonce: grant.nonce }
    const id_token = await idToken({ ...usual, ...state.person, ...state.claims })
    return [200, { access_token: 'theirs', token_type: 'Bearer', expires_in: 60, id_token }]
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? '', url)
    state.asked.set(pathname, (state.asked.get(pathname) ?? 0) + 1)
    if (state.silent.has(pathname)) return
    const json = (status: number, body: object) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    if (state.down.has(pathname)) return void json(500, {})
    if (pathname === '/authorize') {
      return void response.writeHead(302, { location: consent(`${url}${request.url}`).href }).end()
    }
    if (pathname === '/token') return void json(...(await token(request)))
    if (pathname === '/jwks') return void json(200, { keys: [jwk] })
    if (pathname === '/userinfo')
      return void json(200, { sub: state.person.sub, ...state.userInfo })
    json(200, {
      issuer: url,
      authorization_endpoint: `${url}/authorize`,
      token_endpoint: `${url}/token`,
      jwks_uri: `${url}/jwks`,
      response_types_supported: ['code'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['ES256', 'none', 'HS256'],
      ...(state.userInfo && { userinfo_endpoint: `${url}/userinfo` }),
    })
  }

  /** What the authorisation endpoint does when a browser comes: where that goes back. */
  function consent(at: string): URL {
    const asked = new URL(at).searchParams
    const redirectUri = asked.get('redirect_uri') ?? ''
    const challenge = asked.get('code_challenge') ?? ''
    const code = randomUUID()
    grants.set(code, { redirectUri, challenge, nonce: asked.get('nonce') ?? '' })
    const back = new URL(redirectUri)
    back.searchParams.set('code', code)
    back.searchParams.set('state', asked.get('state') ?? '')
    back.searchParams.set('session_state', 'whatever')
    return back
  }

  const server = createServer((request, response) => void answer(request, response))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}` // it listens on TCP
  return Object.assign(state, {
    url,
    consent,
    /** Its settings, as a provider of this name. */
    settings: (name: string) => ({
      name,
      issuer: url,
      clientId,
      clientSecret,
      scopes: 'openid profile email',
      label: 'Example Login',
    }),
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  })
}
