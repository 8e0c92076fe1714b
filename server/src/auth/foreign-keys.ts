import { createLocalJWKSet, errors } from 'jose'
import type { CryptoKey, FlattenedJWSInput, JSONWebKeySet, JWTHeaderParameters } from 'jose'
import { AppError } from '../contract/error-codes.ts'
import type { Clock } from '../infra/clock.ts'

/** How long the keys are good without another look, in milliseconds: one that was withdrawn is
 *  refused from then on. */
const fresh = 600_000
/** How long they are used where the issuer cannot be reached. */
const longest = 3_600_000
/** How long after a look for an unknown key, and after one that failed, the next one may follow. */
const pause = 30_000
const failurePause = 2000
/** How long the issuer may take to answer. */
const timeout = 5000

interface ForeignKeysDeps {
  clock: Clock
  issuer: string
  /** TRUSTED_JWKS_URL; undefined: as the issuer's discovery document says. */
  jwksUrl?: string | undefined
}

/** The public keys of the trusted issuer: read when they are needed, kept while it is away. */
export class ForeignKeys {
  readonly #deps: ForeignKeysDeps
  #find: ReturnType<typeof createLocalJWKSet> | undefined
  #readAt = -Infinity
  #failedAt = -Infinity
  #reading: Promise<void> | undefined

  constructor(deps: ForeignKeysDeps) {
    this.#deps = deps
  }

  /** Throws what jose throws where there is no such key; AppError `unavailable` where nobody can
   *  say. */
  async find(header: JWTHeaderParameters, token: FlattenedJWSInput): Promise<CryptoKey> {
    const age = this.#age()
    if (age >= longest) await this.#read()
    else if (age >= fresh) await this.#read().catch(() => undefined)
    try {
      return await this.#known(header, token)
    } catch (error) {
      const mayBeNew = error instanceof errors.JWKSNoMatchingKey && this.#age() >= pause
      if (!mayBeNew) throw error
      await this.#read()
      return this.#known(header, token)
    }
  }

  #age(): number {
    return this.#deps.clock.now() - this.#readAt
  }

  async #known(header: JWTHeaderParameters, token: FlattenedJWSInput): Promise<CryptoKey> {
    if (!this.#find) throw new Error('the keys were not read')
    return this.#find(header, token)
  }

  /** Whoever asks meanwhile waits for the same look. */
  #read(): Promise<void> {
    this.#reading ??= this.#fetch().finally(() => (this.#reading = undefined))
    return this.#reading
  }

  async #fetch(): Promise<void> {
    const { clock } = this.#deps
    if (clock.now() - this.#failedAt < failurePause) throw unavailable()
    try {
      const keys = await readJson(this.#deps.jwksUrl ?? (await this.#discover()))
      // createLocalJWKSet looks at it and throws where it is none.
      this.#find = createLocalJWKSet(keys as JSONWebKeySet)
      this.#readAt = clock.now()
    } catch (cause) {
      this.#failedAt = clock.now()
      throw unavailable(cause)
    }
  }

  async #discover(): Promise<string> {
    const { issuer } = this.#deps
    const at = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`
    const document = await readJson(at)
    const said = { issuer: undefined, jwks_uri: undefined, ...Object(document) }
    if (said.issuer === issuer && typeof said.jwks_uri === 'string') return said.jwks_uri
    throw new Error(`${at} names another issuer, or no keys`)
  }
}

async function readJson(url: string): Promise<unknown> {
  const headers = { accept: 'application/json, application/jwk-set+json' }
  const response = await fetch(url, { headers, signal: AbortSignal.timeout(timeout) })
  if (!response.ok) throw new Error(`${url} answers ${response.status}`)
  return response.json()
}

function unavailable(cause?: unknown): AppError {
  const reason = 'the keys of the issuer of this token cannot be read; try again'
  return new AppError('unavailable', { reason, cause, retryAfterMs: failurePause })
}
