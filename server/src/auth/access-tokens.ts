import { createHash } from 'node:crypto'
import { SignJWT, errors, jwtVerify } from 'jose'
import type { JWTHeaderParameters, JWTPayload } from 'jose'
import { LRUCache } from 'lru-cache'
import { AppError, Unauthenticated } from '../contract/error-codes.ts'
import { uuid } from '../contract/uuid.ts'
import type { Clock } from '../infra/clock.ts'
import type { KeyRing } from './key-ring.ts'

/** Seconds an access token lasts. */
export const accessTokenLifetime = 600
/** Seconds by which the clocks of two nodes may differ. */
const clockTolerance = 5
const audience = 'parley:api'
const longest = 2048

/** What a token's signature vouches for; whether its session still lives, only the register knows. */
export interface AccessClaims {
  userId: string
  sessionId: string
  /** Milliseconds since 1970. */
  expiresAt: number
}

interface AccessTokensDeps {
  clock: Clock
  keys: KeyRing
  /** `iss`: names this installation, the same on all its nodes. */
  issuer: string
}

/** Access tokens: JWTs after RFC 8725 and RFC 9068, one algorithm, one type, one audience. */
export class AccessTokens {
  readonly #deps: AccessTokensDeps
  /** By the token's SHA-256: a signature is checked once in a token's life. */
  readonly #verified = new LRUCache<string, AccessClaims>({ max: 20_000 })

  constructor(deps: AccessTokensDeps) {
    this.#deps = deps
  }

  async issue(userId: string, sessionId: string): Promise<string> {
    const { clock, keys, issuer } = this.#deps
    const { kid, privateKey } = keys.signingKey
    const now = Math.floor(clock.now() / 1000)
    return new SignJWT({ sid: sessionId })
      .setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt', kid })
      .setIssuer(issuer)
      .setAudience(audience)
      .setSubject(userId)
      .setIssuedAt(now)
      .setNotBefore(now)
      .setExpirationTime(now + accessTokenLifetime)
      .sign(privateKey)
  }

  /** Throws Unauthenticated: `expired`, or `invalid` for whatever else is wrong with it. */
  async verify(token: string): Promise<AccessClaims> {
    if (token.length > longest) throw new Unauthenticated('invalid')
    const hash = createHash('sha256').update(token).digest('base64url')
    let claims = this.#verified.get(hash)
    if (!claims) {
      claims = await this.#check(token)
      this.#verified.set(hash, claims)
    }
    if (claims.expiresAt > this.#deps.clock.now()) return claims
    this.#verified.delete(hash)
    throw new Unauthenticated('expired')
  }

  async #check(token: string): Promise<AccessClaims> {
    const { clock, issuer } = this.#deps
    try {
      const { payload } = await jwtVerify(token, (header) => this.#keyFor(header), {
        algorithms: ['EdDSA'],
        typ: 'at+jwt',
        issuer,
        audience,
        requiredClaims: ['sub', 'sid', 'exp', 'nbf', 'iat'],
        maxTokenAge: accessTokenLifetime,
        clockTolerance,
        currentDate: new Date(clock.now()),
      })
      return claimsOf(payload)
    } catch (error) {
      if (error instanceof AppError) throw error // the keys could not be read
      throw new Unauthenticated(error instanceof errors.JWTExpired ? 'expired' : 'invalid', error)
    }
  }

  /** Only the own set: a key, or the address of one, in the header is never looked at. */
  async #keyFor({ kid }: JWTHeaderParameters) {
    const key = kid === undefined ? undefined : await this.#deps.keys.findPublicKey(kid)
    if (!key) throw new Unauthenticated('invalid')
    return key
  }
}

function claimsOf({ sub, sid, iat, exp }: JWTPayload): AccessClaims {
  const whole =
    typeof sub === 'string' && typeof sid === 'string' && uuid.test(sub) && uuid.test(sid)
  if (!whole || iat === undefined || exp === undefined || exp - iat > accessTokenLifetime) {
    throw new Unauthenticated('invalid')
  }
  return { userId: sub, sessionId: sid, expiresAt: exp * 1000 }
}
