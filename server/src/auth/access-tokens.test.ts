import { createHmac } from 'node:crypto'
import { SignJWT, UnsecuredJWT, exportJWK, generateKeyPair } from 'jose'
import type { JWTHeaderParameters, JWTPayload } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestDatabase } from '../../test/database.ts'
import type { TestDatabase } from '../../test/database.ts'
import { Database } from '../infra/db.ts'
import { AccessTokens } from './access-tokens.ts'
import { KeyRing } from './key-ring.ts'
import { generateSigningJwk } from './signing-key.ts'

const userId = '01890a5d-ac96-774b-bcce-b302099a8057'
const sessionId = '01890a5d-ac96-774b-bcce-b302099a8058'

describe('access tokens (RFC 8725)', () => {
  let database: TestDatabase
  let db: Database
  let keys: KeyRing
  let tokens: AccessTokens
  let now = Date.now()
  const clock = { now: () => now }
  beforeAll(async () => {
    database = await createTestDatabase()
    db = new Database({ url: database.url, size: 4, onError: () => undefined })
    keys = new KeyRing({ db, clock })
    await keys.start()
    tokens = new AccessTokens({ clock, keys, issuer: 'test' })
  })
  afterAll(async () => {
    await db.close()
    await database.drop()
  })

  const seconds = () => Math.floor(now / 1000)
  const claims = () => ({
    iss: 'test',
    aud: 'parley:api',
    sub: userId,
    sid: sessionId,
    iat: seconds(),
    nbf: seconds(),
    exp: seconds() + 600,
  })
  const header = () => ({ alg: 'EdDSA', typ: 'at+jwt', kid: keys.signingKey.kid })
  const sign = (payload: JWTPayload, protectedHeader: JWTHeaderParameters = header()) =>
    new SignJWT(payload).setProtectedHeader(protectedHeader).sign(keys.signingKey.privateKey)
  const refused = async (token: string, why = 'invalid') =>
    expect(tokens.verify(token)).rejects.toMatchObject({ code: 'unauthenticated', why })

  it('says whose and which session it is, for ten minutes', async () => {
    const token = await tokens.issue(userId, sessionId)
    expect(await tokens.verify(token)).toEqual({
      userId,
      sessionId,
      expiresAt: (seconds() + 600) * 1e3,
    })
    expect(await tokens.verify(await sign(claims()))).toMatchObject({ userId })
    now += 600_000
    await refused(token, 'expired')
  })

  it('has run out also where nobody asked before', async () => {
    const token = await tokens.issue(userId, sessionId)
    now += 601_000
    await refused(token, 'expired')
    const other = await tokens.issue(userId, sessionId)
    now += 606_000
    await refused(other, 'expired')
  })

  it.each(['iss', 'aud', 'sub', 'sid', 'iat', 'nbf', 'exp'])('needs %s', async (claim) => {
    const { [claim]: _, ...rest }: JWTPayload = claims()
    await refused(await sign(rest))
  })

  it.each([
    ['another issuer', { iss: 'other' }],
    ['another audience', { aud: 'other' }],
    ['a subject that is no id', { sub: 'admin' }],
    ['a session that is no id', { sid: "' or true" }],
    ['a beginning in the future', { nbf: 60 }],
    ['an issue in the future', { iat: 60 }],
    ['more than ten minutes', { exp: 3600 }],
    ['an old issue with a late end', { iat: -3600, nbf: -3600, exp: 3600 }],
  ])('refuses %s', async (_, change: Record<string, string | number>) => {
    const moved = Object.entries(change).map(([name, value]) => [
      name,
      typeof value === 'number' ? seconds() + value : value,
    ])
    const token = await sign({ ...claims(), ...Object.fromEntries(moved) })
    await expect(tokens.verify(token)).rejects.toMatchObject({ code: 'unauthenticated' })
  })

  it.each(['JWT', 'jwt', 'reset+jwt', 'verify+jwt', undefined])(
    'refuses a token for another purpose: typ %s',
    async (typ) => {
      const { typ: _, ...rest } = header()
      await refused(await sign(claims(), typ === undefined ? rest : { ...rest, typ }))
    },
  )

  it('refuses a token without a signature', async () => {
    const { iss, aud, sub, ...rest } = claims()
    const unsecured = new UnsecuredJWT(rest)
      .setIssuer(iss)
      .setAudience(aud)
      .setSubject(sub)
      .encode()
    await refused(unsecured)
    const [head, body] = (await sign(claims())).split('.')
    await refused(`${head}.${body}.`)
    const none = Buffer.from(JSON.stringify({ ...header(), alg: 'none' })).toString('base64url')
    await refused(`${none}.${body}.`)
  })

  it('refuses another name of the algorithm, though the signature is right', async () => {
    await refused(await sign(claims(), { ...header(), alg: 'Ed25519' }))
  })

  it('refuses a public key used as a shared secret', async () => {
    const [key] = keys.jwks.keys
    for (const secret of [key?.x ?? '', JSON.stringify(key)]) {
      const head = Buffer.from(JSON.stringify({ ...header(), alg: 'HS256' })).toString('base64url')
      const body = Buffer.from(JSON.stringify(claims())).toString('base64url')
      const mac = createHmac('sha256', secret).update(`${head}.${body}`).digest('base64url')
      await refused(`${head}.${body}.${mac}`)
    }
  })

  it('refuses keys it does not own, wherever the header points', async () => {
    const { privateKey, publicKey } = await generateKeyPair('EdDSA', { extractable: true })
    const jwk = await exportJWK(publicKey)
    const foreign = (more: object) =>
      new SignJWT(claims())
        .setProtectedHeader({ ...header(), ...more }) // kid may be undefined
        .sign(privateKey)
    await refused(await foreign({}))
    await refused(await foreign({ kid: undefined, jwk }))
    await refused(await foreign({ kid: '../../etc/passwd' }))
    await refused(await foreign({ kid: 'elsewhere', jku: 'https://example.org/jwks.json' }))
    const other = await generateSigningJwk()
    await refused(await foreign({ kid: other.kid }))
  })

  it('refuses a token with one bit changed', async () => {
    const token = await tokens.issue(userId, sessionId)
    await tokens.verify(token)
    const at = token.indexOf('.') + 5
    const changed = token.slice(0, at) + (token[at] === 'A' ? 'B' : 'A') + token.slice(at + 1)
    await refused(changed)
  })

  it.each(['', '.', '..', 'a.b.c', 'x'.repeat(100_000), '{}', '\u0000'])(
    'refuses nonsense',
    async (token) => {
      await refused(token)
    },
  )
})
