import { randomBytes } from 'node:crypto'
import type { CryptoKey } from 'jose'
import { timestamp } from '../infra/clock.ts'
import type { Clock } from '../infra/clock.ts'
import type { Database, Transaction } from '../infra/db.ts'
import { insertKey, listKeys, lockKeys } from './key-queries.ts'
import type { KeyRow } from './key-queries.ts'
import type { Jwks } from './schema.ts'
import { generateSigningJwk, importSigningKey } from './signing-key.ts'
import type { SigningJwk, SigningKey } from './signing-key.ts'

interface KeyRingDeps {
  db: Database
  clock: Clock
  /** JWT_KEYS: instead of the signing keys in PostgreSQL; the first signs. */
  jwtKeys?: readonly SigningJwk[] | undefined
}

/** How long after a look for unknown keys the next one may follow, in milliseconds. */
const reloadPause = 5000

/** The keys that sign access tokens and continue refresh tokens, the same on every node. */
export class KeyRing {
  readonly #deps: KeyRingDeps
  #keys: readonly SigningKey[] = []
  #refreshKey: Buffer | undefined
  #reloadedAt = -Infinity
  #loading: Promise<void> | undefined

  constructor(deps: KeyRingDeps) {
    this.#deps = deps
  }

  /** Reads the keys; makes what is missing, once for all nodes. */
  async start(): Promise<void> {
    const rows = await this.#deps.db.transaction(async (tx) => {
      await lockKeys(tx)
      await this.#makeMissing(tx)
      return listKeys(tx)
    })
    await this.#take(rows)
  }

  get signingKey(): SigningKey {
    const [newest] = this.#keys
    if (!newest) throw new Error('the key ring was not started')
    return newest
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
      this.#loading = listKeys(this.#deps.db)
        .then((rows) => this.#take(rows))
        .then(() => void (this.#reloadedAt = now))
        .finally(() => (this.#loading = undefined))
    }
    await this.#loading
  }

  async #take(rows: readonly KeyRow[]): Promise<void> {
    const stored = rows.filter(({ purpose }) => purpose === 'access_token')
    // What #makeMissing wrote there.
    const jwks = this.#deps.jwtKeys ?? stored.map(({ secret }) => JSON.parse(secret) as SigningJwk)
    this.#keys = await Promise.all(jwks.map(importSigningKey))
    const refresh = rows.find(({ purpose }) => purpose === 'refresh_token')
    if (refresh) this.#refreshKey = Buffer.from(refresh.secret, 'base64url')
  }

  async #makeMissing(tx: Transaction): Promise<void> {
    const at = timestamp(this.#deps.clock)
    const there = new Set((await listKeys(tx)).map(({ purpose }) => purpose))
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
