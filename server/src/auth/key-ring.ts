import { randomBytes } from 'node:crypto'
import type { CryptoKey } from 'jose'
import { timestamp } from '../infra/clock.ts'
import type { Clock } from '../infra/clock.ts'
import type { Database, Transaction } from '../infra/db.ts'
import { deleteRetiredKeys, insertKey, listKeys, lockKeys } from './key-queries.ts'
import type { KeyRow } from './key-queries.ts'
import type { Jwks } from './schema.ts'
import { generateSigningJwk, importSigningKey } from './signing-key.ts'
import type { SigningJwk, SigningKey } from './signing-key.ts'

interface KeyRingDeps {
  db: Database
  clock: Clock
  /** JWT_KEYS: instead of the signing keys in PostgreSQL; the first signs. */
  jwtKeys?: readonly SigningJwk[] | undefined
  /** Where a look for new keys failed. */
  onError?: (error: unknown) => void
}

/** How long after a look for unknown keys the next one may follow, in milliseconds. */
const reloadPause = 5000
const minute = 60_000
/** How often a node looks for new keys. */
const lookEvery = minute
/** How long a new key is shown before it signs: every node has looked by then, and whoever reads
 *  /.well-known/jwks.json, which may be kept for five minutes. */
export const shownBefore = 10 * minute
/** How long the old one is taken once the new one signs: longer than any token lasts. */
export const takenAfter = 20 * minute

/** The keys that sign access tokens and continue refresh tokens, the same on every node. */
export class KeyRing {
  readonly #deps: KeyRingDeps
  #keys: readonly (SigningKey & { signsFrom: number })[] = []
  #timer: NodeJS.Timeout | undefined
  #refreshKey: Buffer | undefined
  #reloadedAt = -Infinity
  #loading: Promise<void> | undefined

  constructor(deps: KeyRingDeps) {
    this.#deps = deps
  }

  /** Reads the keys; makes what is missing, once for all nodes. */
  async start(): Promise<void> {
    const { db, clock, onError = () => undefined } = this.#deps
    const rows = await db.transaction(async (tx) => {
      await lockKeys(tx)
      await this.#makeMissing(tx)
      return listKeys(tx, timestamp(clock))
    })
    await this.#take(rows)
    this.#timer = setInterval(() => void this.#load().catch(onError), lookEvery)
    this.#timer.unref()
  }

  close(): void {
    clearInterval(this.#timer)
  }

  /** Removes keys that nothing is signed with any more. */
  async purge(): Promise<void> {
    await deleteRetiredKeys(this.#deps.db, timestamp(this.#deps.clock))
  }

  get signingKey(): SigningKey {
    const now = this.#deps.clock.now()
    // The only key signs from the start, whenever it was made.
    const key = this.#keys.find(({ signsFrom }) => signsFrom <= now) ?? this.#keys.at(-1)
    if (!key) throw new Error('the key ring was not started')
    return key
  }

  get refreshKey(): Buffer {
    if (!this.#refreshKey) throw new Error('the key ring was not started')
    return this.#refreshKey
  }

  /** An unknown id may be a key another node has just made: one look, not one a request. */
  async findPublicKey(kid: string): Promise<CryptoKey | undefined> {
    const known = this.#keys.find((key) => key.kid === kid)
    if (known) return known.publicKey
    await this.#reload()
    return this.#keys.find((key) => key.kid === kid)?.publicKey
  }

  get jwks(): Jwks {
    const common = { kty: 'OKP', crv: 'Ed25519', alg: 'EdDSA', use: 'sig' } as const
    return { keys: this.#keys.map(({ kid, x }) => ({ ...common, kid, x })) }
  }

  async #reload(): Promise<void> {
    if (!this.#loading) {
      const now = this.#deps.clock.now()
      if (now - this.#reloadedAt < reloadPause) return
      this.#loading = this.#load()
        .then(() => void (this.#reloadedAt = now))
        .finally(() => (this.#loading = undefined))
    }
    await this.#loading
  }

  async #load(): Promise<void> {
    await this.#take(await listKeys(this.#deps.db, timestamp(this.#deps.clock)))
  }

  async #take(rows: readonly KeyRow[]): Promise<void> {
    const stored = rows.filter(({ purpose }) => purpose === 'access_token')
    const given = this.#deps.jwtKeys?.map((jwk) => ({ jwk, signsFrom: -Infinity }))
    const ours = stored.map(({ secret, createdAt }) => ({
      jwk: JSON.parse(secret) as SigningJwk, // what #makeMissing or a rotation wrote there
      signsFrom: Date.parse(createdAt) + shownBefore,
    }))
    this.#keys = await Promise.all(
      (given ?? ours).map(async ({ jwk, signsFrom }) => ({
        ...(await importSigningKey(jwk)),
        signsFrom,
      })),
    )
    const refresh = rows.find(({ purpose }) => purpose === 'refresh_token')
    if (refresh) this.#refreshKey = Buffer.from(refresh.secret, 'base64url')
  }

  async #makeMissing(tx: Transaction): Promise<void> {
    const at = timestamp(this.#deps.clock)
    const there = new Set((await listKeys(tx, at)).map(({ purpose }) => purpose))
    if (!there.has('access_token') && !this.#deps.jwtKeys) {
      const jwk = await generateSigningJwk()
      const secret = JSON.stringify(jwk)
      await insertKey(tx, { id: jwk.kid, purpose: 'access_token', secret }, at)
    }
    if (!there.has('refresh_token')) {
      const id = randomBytes(9).toString('base64url')
      const secret = randomBytes(32).toString('base64url')
      await insertKey(tx, { id, purpose: 'refresh_token', secret }, at)
    }
  }
}
