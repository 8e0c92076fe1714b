/**
 * The backend of a product that brings its own users: it shows its public key, and gives whoever is
 * signed in to it a token that opens the chat as her. On Node 20 with tsx, on Node 24 as it is:
 *
 *     PORT=4000 node embedding.ts
 *
 * Parley beside it trusts it by three settings:
 *
 *     TRUSTED_ISSUER=http://localhost:4000 TRUSTED_AUDIENCE=parley \
 *     TRUSTED_JWKS_URL=http://localhost:4000/jwks.json npm start
 */
import { createServer } from 'node:http'
import type { IncomingMessage } from 'node:http'
import { SignJWT, exportJWK, generateKeyPair } from 'jose'

const { PORT = '4000', ISSUER = `http://localhost:${PORT}` } = process.env

/** Who uses the product; a real one has them in its database. */
const users: Record<string, { id: string; name: string; email: string }> = {
  'cookie-of-ada': { id: '1001', name: 'Ada Lovelace', email: 'ada@example.org' },
  'cookie-of-ben': { id: '1002', name: 'Ben Bitdiddle', email: 'ben@example.org' },
}

// Kept for as long as the process runs; a real one reads its key from a secret, so that tokens
// outlive a restart.
const { privateKey, publicKey } = await generateKeyPair('ES256')
const kid = 'key-1'
const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid, alg: 'ES256', use: 'sig' }] }

/** The product's own session: whatever it signs its users in with. */
function sessionOf({ headers }: IncomingMessage): string | undefined {
  return /session=([\w-]+)/.exec(headers.cookie ?? '')?.[1]
}

/** Good for ten minutes; the page fetches the next one by itself. */
function chatToken(session: string, { id, name, email }: (typeof users)[string]): Promise<string> {
  // `sid` tells her devices apart: signing one out leaves the others alone.
  return new SignJWT({ name, email, email_verified: true, preferred_username: name, sid: session })
    .setProtectedHeader({ alg: 'ES256', kid, typ: 'at+jwt' })
    .setIssuer(ISSUER)
    .setAudience('parley')
    .setSubject(id) // never another person's again, even when names and addresses change
    .setIssuedAt()
    .setExpirationTime('10 minutes')
    .sign(privateKey)
}

const server = createServer((request, response) => {
  const answer = (status: number, type: string, body: string) =>
    response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(body)
  if (request.url === '/jwks.json') return answer(200, 'application/json', JSON.stringify(jwks))
  const session = sessionOf(request)
  const user = session === undefined ? undefined : users[session]
  if (request.url !== '/chat-token') return answer(404, 'text/plain', 'nothing here')
  if (session === undefined || !user) return answer(401, 'text/plain', 'sign in first')
  chatToken(session, user).then(
    (token) => answer(200, 'text/plain', token),
    () => answer(500, 'text/plain', 'no token'),
  )
})

server.listen(Number(PORT), () => console.log(`the product is at ${ISSUER}`))
process.on('SIGTERM', () => server.close())
