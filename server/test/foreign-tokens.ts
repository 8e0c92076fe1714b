/** Access tokens that must not pass, each wrong in one way, made with the server's own key where that is not the way. */
import { SignJWT, UnsecuredJWT, generateKeyPair, importJWK } from 'jose'
import type { JWK, JWTHeaderParameters, JWTPayload } from 'jose'
import { Client } from 'pg'

interface Claims {
  userId: string
  sessionId: string
  databaseUrl: string
}

/** A token like those the server makes, for the test's own trial; then all the wrong ones by name. */
export async function foreignTokens({ userId, sessionId, databaseUrl }: Claims) {
  const own = await ownKey(databaseUrl)
  const now = Math.floor(Date.now() / 1000)
  const header: JWTHeaderParameters = { alg: 'EdDSA', typ: 'at+jwt', kid: own.kid }
  const claims: JWTPayload = {
    iss: 'parley',
    aud: 'parley:api',
    sub: userId,
    sid: sessionId,
    iat: now,
    nbf: now,
    exp: now + 600,
  }
  const key = await importJWK(own, 'EdDSA')
  const sign = (payload: JWTPayload, changed: Partial<JWTHeaderParameters> = {}, by = key) =>
    new SignJWT(payload).setProtectedHeader({ ...header, ...changed }).sign(by)
  const without = (name: string) => sign({ ...claims, [name]: undefined })

  const right = await sign(claims)
  const [head = '', body = '', signature = ''] = right.split('.')
  const stranger = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true })
  const shared = (secret: string) => sign(claims, { alg: 'HS256' }, Buffer.from(secret))
  const { d: _, ...publicJwk } = own
  const admin = Buffer.from(JSON.stringify({ ...claims, role: 'admin', sub: sessionId }))
  const wrong: Record<string, string> = {
    'signed by another key': await sign(claims, {}, stranger.privateKey),
    'signed by a key it brings along': await sign(claims, { jwk: publicJwk }, stranger.privateKey),
    'signed by nobody': new UnsecuredJWT(claims).encode(),
    'signed by nobody, under our header': `${head}.${body}.`,
    'signed with the public key as a secret': await shared(own.x ?? ''),
    'signed with the public key as a secret, as JSON': await shared(JSON.stringify(publicJwk)),
    'of an unknown key': await sign(claims, { kid: 'another' }),
    'of no key': await sign(claims, { kid: undefined }),
    'of a key that is a path': await sign(claims, { kid: '../../dev/null' }),
    'of another type': await sign(claims, { typ: 'JWT' }),
    'of no type': await sign(claims, { typ: undefined }),
    'made to reset a password': await sign(claims, { typ: 'reset+jwt' }),
    'for another audience': await sign({ ...claims, aud: 'parley:files' }),
    'of another issuer': await sign({ ...claims, iss: 'https://evil.example.net' }),
    'that lasts an hour': await sign({ ...claims, exp: now + 3600 }),
    'of tomorrow': await sign({
      ...claims,
      iat: now + 86_400,
      nbf: now + 86_400,
      exp: now + 87_000,
    }),
    'valid from tomorrow': await sign({ ...claims, nbf: now + 86_400 }),
    'with a session that is no id': await sign({ ...claims, sid: "' or 1=1" }),
    'with an extension nobody here knows': await new SignJWT(claims)
      .setProtectedHeader({ ...header, crit: ['parley'], parley: 1 })
      .sign(key, { crit: { parley: true } }),
    'with another body under the signature': `${head}.${admin.toString('base64url')}.${signature}`,
    'cut short': right.slice(0, -5),
    'with a part too many': `${right}.${signature}`,
    'too long': await sign({ ...claims, more: 'x'.repeat(4000) }),
    'that is no token': 'nothing',
    'of dots': '..',
  }
  for (const name of ['iss', 'aud', 'sub', 'sid', 'iat', 'nbf', 'exp']) {
    wrong[`without ${name}`] = await without(name)
  }
  const expired = await sign({ ...claims, iat: now - 700, nbf: now - 700, exp: now - 100 })
  return { right, wrong, expired }
}

async function ownKey(databaseUrl: string): Promise<JWK & { kid: string }> {
  const client = new Client({ connectionString: databaseUrl })
  await client.connect()
  const { rows } = await client.query<{ secret: string }>(
    `select secret from server_keys where purpose = 'access_token'`,
  )
  await client.end()
  // What the key ring wrote there.
  return JSON.parse(rows[0]?.secret ?? '{}') as JWK & { kid: string }
}
