import { decodeJwt, errors, jwtVerify } from 'jose'
import type { JWTPayload } from 'jose'
import { LRUCache } from 'lru-cache'
import { AppError, Unauthenticated } from '../contract/error-codes.ts'
import type { Clock } from '../infra/clock.ts'
import type { AccessClaims } from './access-tokens.ts'
import type { ForeignKeys } from './foreign-keys.ts'
import type { ForeignSessions } from './foreign-sessions.ts'
import { assertionOf } from './identity-assertion.ts'
import type { ClaimNames } from './identity-claims.ts'
import { hashOf } from './secret.ts'

/** Whose tokens are taken beside our own (TRUSTED_ISSUER). */
export interface TrustedIssuer {
  issuer: string
  audience: string
  algorithms: readonly string[]
  claims: ClaimNames
}

interface ForeignTokensDeps {
  clock: Clock
  trusted: TrustedIssuer
  keys: Pick<ForeignKeys, 'find'>
  sessions: Pick<ForeignSessions, 'enter'>
}

/** As `hello` takes them. */
const longest = 4096
/** Seconds a token may last: what it says of a person is as old as that. */
const day = 86_400
/** Seconds by which the issuer's clock may differ from ours. */
const clockTolerance = 30
/** RFC 8725, 3.11: tokens made for another purpose name it here. */
const types: readonly unknown[] = [undefined, 'jwt', 'at+jwt', 'application/at+jwt']

/** Access tokens of the trusted issuer (RFC 8725, RFC 9068), and the sessions they stand for. */
export class ForeignTokens {
  readonly #deps: ForeignTokensDeps
  /** By the token's SHA-256: nothing is asked twice in a token's life. */
  readonly #entries = new LRUCache<string, AccessClaims>({ max: 20_000 })
  readonly #entering = new Map<string, Promise<AccessClaims>>()

  constructor(deps: ForeignTokensDeps) {
    this.#deps = deps
  }

  /** Whether it says so; nothing is proved yet. */
  isTheirs(token: string): boolean {
    try {
      return token.length <= longest && decodeJwt(token).iss === this.#deps.trusted.issuer
    } catch {
      return false
    }
  }

  /** Whose token it is; whoever comes for the first time has an account afterwards. Throws
   *  Unauthenticated; AppError `unavailable` where the issuer's keys cannot be read. */
  async verify(token: string): Promise<AccessClaims> {
    const hash = hashOf(token).toString('base64url')
    const entry = this.#entries.get(hash) ?? (await this.#enterOnce(hash, token))
    if (entry.expiresAt > this.#deps.clock.now()) return entry
    this.#entries.delete(hash)
    throw new Unauthenticated('expired')
  }

  /** The requests of a page that opens come all at once. */
  async #enterOnce(hash: string, token: string): Promise<AccessClaims> {
    const entering = this.#entering.get(hash) ?? this.#enter(token)
    this.#entering.set(hash, entering)
    try {
      const entry = await entering
      this.#entries.set(hash, entry)
      return entry
    } finally {
      if (this.#entering.get(hash) === entering) this.#entering.delete(hash)
    }
  }

  async #enter(token: string): Promise<AccessClaims> {
    const { trusted, sessions } = this.#deps
    const claims = await this.#verify(token)
    const assertion = assertionOf(trusted.issuer, claims, trusted.claims)
    if (!assertion) throw refused('"sub" must be a text of at most 255 characters')
    const { iat = 0, exp = 0, sid = '' } = claims
    if (exp - iat > day) throw refused('it lasts longer than a day')
    if (typeof sid !== 'string' || sid.length > 255 || sid.includes('\0')) {
      throw refused('"sid" must be a text of at most 255 characters')
    }
    const session = await sessions.enter(assertion, { sid, issuedAt: iat * 1000 })
    return { ...session, expiresAt: exp * 1000 }
  }

  async #verify(token: string): Promise<JWTPayload> {
    const { clock, trusted, keys } = this.#deps
    try {
      const { payload, protectedHeader } = await jwtVerify(
        token,
        (header, jws) => keys.find(header, jws),
        {
          algorithms: [...trusted.algorithms],
          issuer: trusted.issuer,
          audience: trusted.audience,
          requiredClaims: ['sub', 'iat', 'exp'],
          maxTokenAge: day,
          clockTolerance,
          currentDate: new Date(clock.now()),
        },
      )
      if (types.includes(protectedHeader.typ?.toLowerCase())) return payload
    } catch (error) {
      if (error instanceof AppError) throw error // the keys could not be read
      const isExpired = error instanceof errors.JWTExpired
      throw refused(error instanceof errors.JOSEError ? error.message : '', isExpired, error)
    }
    throw refused('it was made for another purpose ("typ")')
  }
}

/** Who makes the tokens has to learn what is wrong with them; jose's sentences name claims, never
 *  their values. */
function refused(why: string, isExpired = false, cause?: unknown): Unauthenticated {
  const reason = `the token of the trusted issuer is refused: ${why || 'it cannot be read'}`
  return new Unauthenticated(isExpired ? 'expired' : 'invalid', cause, reason)
}
