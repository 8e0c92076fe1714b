/** Access tokens that must not pass, each wrong in one way, made with the server's own key where
 *  that is not the way (RFC 8725). */
import { CompactSign, SignJWT, UnsecuredJWT, generateKeyPair, importJWK } from 'jose'
import type { CryptoKey, JWK, JWTHeaderParameters, JWTPayload } from 'jose'
import { createHmac, createPrivateKey, sign as signBytes } from 'node:crypto'
import { Client } from 'pg'

interface Claims {
  userId: string
  sessionId: string
  databaseUrl: string
}

interface Own extends JWK {
  kid: string
}

/** What each way to be wrong begins with. */
interface Base {
  own: Own
  key: CryptoKey | Uint8Array
  stranger: CryptoKey
  header: JWTHeaderParameters
  claims: JWTPayload & { iat: number }
  /** A right one, signed by the own key. */
  right: string
  sign: (
    payload: JWTPayload,
    changed?: Partial<JWTHeaderParameters>,
    by?: CryptoKey | Uint8Array,
  ) => Promise<string>
}
type Wrong = Record<string, string>

/** A token like those the server makes, for the test's own trial; then all the wrong ones by name. */
export async function foreignTokens({ userId, sessionId, databaseUrl }: Claims) {
  const base = await baseOf(await ownKey(databaseUrl), userId, sessionId)
  const { claims, sign, right } = base
  const wrong: Wrong = {
    ...(await withoutOurSignature(base)),
    ...(await withAnotherKeyOrAlgorithm(base)),
    ...(await forAnotherPurpose(base)),
    ...(await withOddClaims(base)),
    ...(await ofAnotherForm(base)),
  }
  const { iat } = claims
  const expired = await sign({ ...claims, iat: iat - 700, nbf: iat - 700, exp: iat - 100 })
  return { right, wrong, expired }
}

async function baseOf(own: Own, userId: string, sessionId: string): Promise<Base> {
  const iat = Math.floor(Date.now() / 1000)
  const header = { alg: 'EdDSA', typ: 'at+jwt', kid: own.kid }
  const claims = {
    iss: 'parley',
    aud: 'parley:api',
    sub: userId,
    sid: sessionId,
    iat,
    nbf: iat,
    exp: iat + 600,
  }
  const key = await importJWK(own, 'EdDSA')
  const { privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true })
  const sign: Base['sign'] = (payload, changed = {}, by = key) =>
    new SignJWT(payload).setProtectedHeader({ ...header, ...changed }).sign(by)
  return { own, key, stranger: privateKey, header, claims, sign, right: await sign(claims) }
}

const part = (content: unknown): string =>
  Buffer.from(JSON.stringify(content)).toString('base64url')
const partsOf = (token: string) => {
  const [head = '', body = '', signature = ''] = token.split('.')
  return { head, body, signature }
}

async function withoutOurSignature({ own, claims, right, sign, stranger }: Base): Promise<Wrong> {
  const { d: _, ...publicJwk } = own
  const { head, body, signature } = partsOf(right)
  const bytes = Buffer.from(signature, 'base64url')
  const [r, s] = [bytes.subarray(0, 32), bytes.subarray(32)]
  const der = Buffer.concat([Buffer.from([0x30, 68, 2, 32]), r, Buffer.from([2, 32]), s])
  const admin = part({ ...claims, role: 'admin', sub: claims['sid'] })
  const signed = (altered: Buffer | string) => `${head}.${body}.${altered.toString('base64url')}`
  const byStranger = (changed: Partial<JWTHeaderParameters>) => sign(claims, changed, stranger)
  return {
    'signed by another key': await byStranger({}),
    'signed by a key it brings along': await byStranger({ jwk: publicJwk }),
    'signed by a key it has the address of': await byStranger({
      jku: 'https://evil.example.net/jwks.json',
    }),
    'signed by a certificate it has the address of': await byStranger({
      x5u: 'https://evil.example.net/cert.pem',
    }),
    'signed by a certificate it brings along': await byStranger({ x5c: ['MIIB'], x5t: 'AA' }),
    'signed by nobody': new UnsecuredJWT(claims).encode(),
    'signed by nobody, under our header': `${head}.${body}.`,
    'signed with nothing but zeros': signed(Buffer.alloc(64)),
    'signed in DER': signed(der),
    'with more behind the signature': signed(Buffer.concat([bytes, Buffer.alloc(1)])),
    'with half of the signature': signed(r),
    'with the halves of the signature the other way round': signed(Buffer.concat([s, r])),
    'with another body under the signature': `${head}.${admin}.${signature}`,
    'with another header over the signature': `${part({ alg: 'EdDSA', typ: 'at+jwt', kid: own.kid, x: 1 })}.${body}.${signature}`,
  }
}

async function withAnotherKeyOrAlgorithm({ own, claims, header, right, sign }: Base) {
  const { d: _, ...publicJwk } = own
  const { body, signature } = partsOf(right)
  const shared = (secret: string) => sign(claims, { alg: 'HS256' }, Buffer.from(secret))
  const named = (alg: unknown) => `${part({ ...header, alg })}.${body}`
  const hmac = (secret: string) =>
    `${named('HS256')}.${createHmac('sha256', secret).update(named('HS256')).digest('base64url')}`
  const wrong: Wrong = {
    'signed with the public key as a secret': await shared(own.x ?? ''),
    'signed with the public key as a secret, as JSON': await shared(JSON.stringify(publicJwk)),
    'signed with an empty secret': hmac(''),
    'signed with the id of the key as a secret': hmac(own.kid),
    'of an unknown key': await sign(claims, { kid: 'another' }),
    'of no key': await sign(claims, { kid: undefined }),
    'of a key that is an empty name': await sign(claims, { kid: '' }),
    'of a key that is a path': await sign(claims, { kid: '../../dev/null' }),
    'of a key that is a statement': await sign(claims, { kid: "x' or '1'='1" }),
    'of a key that is a command': await sign(claims, { kid: '|whoami' }),
    'of a key with a NUL in its name': await sign(claims, { kid: `${own.kid}\0` }),
    'of a key that every object has': await sign(claims, { kid: '__proto__' }),
    'of a key that is a list': `${part({ ...header, kid: [own.kid] })}.${body}.${signature}`,
  }
  for (const alg of [
    'none',
    'None',
    'NONE',
    'nOnE',
    '',
    'ES256',
    'RS256',
    'PS256',
    'dir',
    1,
    null,
  ]) {
    wrong[`of the algorithm ${JSON.stringify(alg)}`] = `${named(alg)}.${signature}`
    wrong[`of the algorithm ${JSON.stringify(alg)}, unsigned`] = `${named(alg)}.`
  }
  return wrong
}

async function forAnotherPurpose({ claims, sign }: Base): Promise<Wrong> {
  return {
    'of another type': await sign(claims, { typ: 'JWT' }),
    'of no type': await sign(claims, { typ: undefined }),
    'made to reset a password': await sign(claims, { typ: 'reset+jwt' }),
    'made to tell who one is': await sign(claims, { typ: 'id+jwt' }),
    'for another audience': await sign({ ...claims, aud: 'parley:files' }),
    'for nobody': await sign({ ...claims, aud: [] }),
    'of another issuer': await sign({ ...claims, iss: 'https://evil.example.net' }),
    'of an issuer that begins like ours': await sign({ ...claims, iss: 'parley.evil.example' }),
  }
}

async function withOddClaims({ claims, sign, key, header }: Base): Promise<Wrong> {
  const { iat: now, sub, sid } = claims
  const odd: Record<string, JWTPayload | Record<string, unknown>> = {
    'that lasts an hour': { exp: now + 3600 },
    'that lasts for ever': { exp: 1e300 },
    'that ends as a text': { exp: String(now + 600) },
    'that ends in a list': { exp: [now + 600] },
    'that ended before it began': { exp: -1 },
    'of tomorrow': { iat: now + 86_400, nbf: now + 86_400, exp: now + 87_000 },
    'made tomorrow': { iat: now + 86_400 },
    'made in another century': { iat: -1e12 },
    'valid from tomorrow': { nbf: now + 86_400 },
    'valid from a text': { nbf: String(now) },
    'with a session that is no id': { sid: "' or 1=1" },
    'with a session in a list': { sid: [sid] },
    'with a person in a list': { sub: [sub] },
    'with a person in upper case': { sub: String(sub).toUpperCase() },
    "with somebody else's session": { sub: '01890a5d-ac96-774b-bcce-b302099a8057' },
    'with a session that is the person': { sid: sub },
  }
  const wrong: Wrong = {}
  for (const [what, change] of Object.entries(odd)) {
    wrong[what] = await sign({ ...claims, ...change })
  }
  for (const name of ['iss', 'aud', 'sub', 'sid', 'iat', 'nbf', 'exp']) {
    wrong[`without ${name}`] = await sign({ ...claims, [name]: undefined })
    wrong[`without a value for ${name}`] = await sign({ ...claims, [name]: null })
  }
  const raw = (payload: string | Buffer) =>
    new CompactSign(Buffer.from(payload as string)).setProtectedHeader(header).sign(key)
  const json = JSON.stringify(claims)
  return {
    ...wrong,
    'with its person twice': await raw(json.replace('}', ',"sub":"admin"}')),
    'with invalid UTF-8 for a person': await raw(
      Buffer.concat([Buffer.from(json.slice(0, -1)), Buffer.from(',"sub":"\xff\xfe"}', 'latin1')]),
    ),
    'with a list for claims': await raw(`[${json}]`),
    'with a text for claims': await raw('"claims"'),
    'with null for claims': await raw('null'),
    'with nothing for claims': await raw(''),
    'with claims cut short': await raw(json.slice(0, -1)),
    'with another token inside': await raw(await sign(claims)),
  }
}

async function ofAnotherForm({ own, claims, header, key, sign, right }: Base): Promise<Wrong> {
  const { head, body, signature } = partsOf(right)
  const critical = (more: object, known: Record<string, boolean> = {}) =>
    new SignJWT(claims).setProtectedHeader({ ...header, ...more }).sign(key, { crit: known })
  const unencoded = `${part({ ...header, b64: false, crit: ['b64'] })}.${JSON.stringify(claims)}`
  const privateKey = createPrivateKey({ key: { ...own }, format: 'jwk' })
  const signedRaw = signBytes(null, Buffer.from(unencoded), privateKey).toString('base64url')
  return {
    'with an extension nobody here knows': await critical(
      { crit: ['parley'], parley: 1 },
      { parley: true },
    ),
    'with an extension that is not there': `${part({ ...header, crit: ['exp'] })}.${body}.${signature}`,
    'with an empty list of extensions': `${part({ ...header, crit: [] })}.${body}.${signature}`,
    'with its claims as they are (b64)': `${unencoded}.${signedRaw}`,
    'said to hold another token': `${part({ ...header, cty: 'JWT' })}.${body}.${signature}`,
    'said to be compressed': `${part({ ...header, zip: 'DEF' })}.${body}.${signature}`,
    'with a list for a header': `${part([header])}.${body}.${signature}`,
    'with a text for a header': `${part('EdDSA')}.${body}.${signature}`,
    'with a header that is no JSON': `${Buffer.from('{').toString('base64url')}.${body}.${signature}`,
    'with a header deep as a well': `${Buffer.from('['.repeat(500)).toString('base64url')}.${body}.${signature}`,
    'as JSON': JSON.stringify({ protected: head, payload: body, signature }),
    'cut short': right.slice(0, -5),
    'with a part too many': `${right}.${signature}`,
    'with a part too few': `${head}.${body}`,
    'encrypted, it says': `${part({ alg: 'dir', enc: 'A256GCM' })}..${body}.${body}.${signature}`,
    'too long': await sign({ ...claims, more: 'x'.repeat(3000) }),
    twice: `${right},${right}`,
    'that is no token': 'nothing',
    'of dots': '..',
    'of a personal token nobody made': `parley_${'A'.repeat(43)}`,
  }
}

async function ownKey(databaseUrl: string): Promise<Own> {
  const client = new Client({ connectionString: databaseUrl })
  await client.connect()
  const { rows } = await client.query<{ secret: string }>(
    `select secret from server_keys where purpose = 'access_token'`,
  )
  await client.end()
  // What the key ring wrote there.
  return JSON.parse(rows[0]?.secret ?? '{}') as Own
}
