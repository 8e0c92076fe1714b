import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestDatabase } from '../../test/database.ts'
import type { TestDatabase } from '../../test/database.ts'
import { systemClock } from '../infra/clock.ts'
import type { Clock } from '../infra/clock.ts'
import { Database } from '../infra/db.ts'
import { sql } from '../infra/sql.ts'
import { AuditLog } from '../user/audit-log.ts'
import { KeyRing } from './key-ring.ts'
import { KeyRotation } from './key-rotation.ts'
import { AccessTokens } from './access-tokens.ts'
import { generateSigningJwk } from './signing-key.ts'

describe('the key ring', () => {
  let database: TestDatabase
  let db: Database
  beforeAll(async () => {
    database = await createTestDatabase()
    db = new Database({ url: database.url, size: 10, onError: () => undefined })
  })
  const started: KeyRing[] = []
  afterAll(async () => {
    for (const keys of started) keys.close()
    await db.close()
    await database.drop()
  })

  async function ring(options: { now?: () => number } = {}) {
    const keys = new KeyRing({ db, clock: { now: options.now ?? systemClock.now } })
    await keys.start()
    started.push(keys)
    return keys
  }
  const rotation = (clock: Clock = systemClock) =>
    new KeyRotation({ db, clock, audit: new AuditLog({ clock }) })
  const storedIds = async () => {
    const rows = await db.query<{ id: string }>(sql`select id from server_keys order by id`)
    return rows.map(({ id }) => id)
  }
  const addKey = async () => {
    const jwk = await generateSigningJwk()
    await db.query(sql`insert into server_keys (id, purpose, secret, created_at)
      values (${jwk.kid}, 'access_token', ${JSON.stringify(jwk)}, now())`)
    return jwk.kid
  }

  it('is made once by nodes that start together, and found again by the next', async () => {
    const rings = await Promise.all(Array.from({ length: 5 }, () => ring()))
    expect(new Set(rings.map(({ jwks }) => JSON.stringify(jwks))).size).toBe(1)
    expect(new Set(rings.map(({ refreshKey }) => refreshKey.toString('hex'))).size).toBe(1)
    expect(await storedIds()).toHaveLength(2)
    expect((await ring()).signingKey.kid).toBe(rings[0]?.signingKey.kid)
  })

  it('publishes public halves only', async () => {
    const { keys } = (await ring()).jwks
    expect(keys).toEqual([
      {
        kty: 'OKP',
        crv: 'Ed25519',
        alg: 'EdDSA',
        use: 'sig',
        kid: expect.any(String),
        x: expect.stringMatching(/^[\w-]{43}$/),
      },
    ])
  })

  it('rotates: the new key is shown before it signs, the old one taken after, nobody logged out', async () => {
    let now = Date.now()
    const clock = { now: () => now }
    const issued = (keys: KeyRing) => new AccessTokens({ clock, keys, issuer: 'test' })
    const there = await ring(clock)
    const { kid: old } = there.signingKey
    const id = '01890a5d-ac96-774b-bcce-b302099a8057'
    const { kid, signsFrom, oldUntil } = await rotation(clock).rotate()

    // Every node looks once a minute; each shows both at once, and still signs with the old one.
    const [one, other] = [await ring(clock), await ring(clock)]
    expect(one.jwks.keys.map((key) => key.kid)).toEqual([kid, old])
    expect(one.signingKey.kid).toBe(old)
    now = Date.parse(signsFrom) - 1
    expect(one.signingKey.kid).toBe(old)
    const last = await issued(one).issue(id, id)
    now += 1
    expect(one.signingKey.kid).toBe(kid)
    const first = await issued(one).issue(id, id)
    for (const token of [last, first]) {
      expect(await issued(other).verify(token)).toMatchObject({ userId: id })
    }
    // A node that has not looked since takes the new key as soon as it meets it.
    expect(await issued(there).verify(first)).toMatchObject({ userId: id })
    now += 599_000
    expect(await issued(await ring(clock)).verify(last)).toMatchObject({ userId: id })
    now = Date.parse(oldUntil)
    expect((await ring(clock)).jwks.keys.map((key) => key.kid)).toEqual([kid])
    now += 1
    await one.purge()
    expect(await storedIds()).not.toContain(old)
  })

  it('replaces a stolen key at once: a node that has looked takes nothing it signed', async () => {
    const now = Date.now()
    const clock = { now: () => now }
    const there = await ring(clock)
    const tokens = new AccessTokens({ clock, keys: there, issuer: 'test' })
    const id = '01890a5d-ac96-774b-bcce-b302099a8057'
    const forged = await tokens.issue(id, id)
    // Also those that a rotation has shown, and those it still takes.
    await rotation(clock).rotate()
    const { kid, signsFrom, oldUntil } = await rotation(clock).rotate({ atOnce: true })
    const at = new Date(now).toISOString()
    expect([signsFrom, oldUntil]).toEqual([at, at])
    const fresh = await ring(clock)
    expect(fresh.signingKey.kid).toBe(kid)
    expect(fresh.jwks.keys.map((key) => key.kid)).toEqual([kid])
    const taken = new AccessTokens({ clock, keys: fresh, issuer: 'test' })
    await expect(taken.verify(forged)).rejects.toThrow()
    // The first new token leads a node to the new keys before it looks by itself.
    const renewed = await taken.issue(id, id)
    expect(await tokens.verify(renewed)).toMatchObject({ userId: id })
    await expect(tokens.verify(forged)).rejects.toThrow()
    const [entry] = await db.query(
      sql`select actor_id, detail from audit_log where action = 'keys.rotated' order by id desc limit 1`,
    )
    expect(entry).toEqual({ actor_id: null, detail: { kid, atOnce: true } })
  })

  it('takes a newer key of another node, and does not rotate what JWT_KEYS says', async () => {
    const before = await ring()
    const added = await addKey()
    expect((await ring()).jwks.keys).toHaveLength(2)
    expect(await before.findPublicKey(added)).toBeDefined()
    const jwtKeys = [await generateSigningJwk()]
    const audit = new AuditLog({ clock: systemClock })
    const given = new KeyRotation({ db, clock: systemClock, audit, jwtKeys })
    await expect(given.rotate({ atOnce: true })).rejects.toThrow('JWT_KEYS')
  })

  it('looks for an unknown key once, and again no sooner than 5 s later', async () => {
    let now = Date.now()
    const keys = await ring({ now: () => now })
    const added = await addKey()
    expect(await keys.findPublicKey(added)).toBeDefined()
    const next = await addKey()
    expect(await keys.findPublicKey(next)).toBeUndefined()
    now += 5000
    const many = await Promise.all(Array.from({ length: 10 }, () => keys.findPublicKey(next)))
    expect(many.every((key) => key !== undefined)).toBe(true)
  })

  it('JWT_KEYS takes the place of the signing keys in PostgreSQL', async () => {
    const [first, second] = [await generateSigningJwk(), await generateSigningJwk()]
    const keys = new KeyRing({ db, clock: systemClock, jwtKeys: [first, second] })
    await keys.start()
    expect(keys.signingKey.kid).toBe(first.kid)
    expect(keys.jwks.keys.map(({ kid }) => kid)).toEqual([first.kid, second.kid])
    const [stored] = (await ring()).jwks.keys
    expect(await keys.findPublicKey(stored?.kid ?? '')).toBeUndefined()
  })
})
