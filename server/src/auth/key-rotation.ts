import type { Clock } from '../infra/clock.ts'
import type { Database } from '../infra/db.ts'
import type { AuditLog } from '../user/audit-log.ts'
import { insertKey, lockKeys, retireKeys } from './key-queries.ts'
import { shownBefore, takenAfter } from './key-ring.ts'
import { generateSigningJwk } from './signing-key.ts'
import type { SigningJwk } from './signing-key.ts'

interface KeyRotationDeps {
  db: Database
  clock: Clock
  audit: AuditLog
  /** JWT_KEYS: the signing keys are not ours to change. */
  jwtKeys?: readonly SigningJwk[] | undefined
}

interface Rotated {
  kid: string
  signsFrom: string
  /** Until when the old keys are taken. */
  oldUntil: string
}

/** New signing keys, on every node by the next look of its `KeyRing`. */
export class KeyRotation {
  readonly #deps: KeyRotationDeps

  constructor(deps: KeyRotationDeps) {
    this.#deps = deps
  }

  /** Makes a new signing key; nobody is logged out. `atOnce`, for a stolen one: no node that has
   *  looked takes any of the old ones, and devices renew what those signed. Rejects under
   *  JWT_KEYS. */
  async rotate({ atOnce = false }: { atOnce?: boolean } = {}): Promise<Rotated> {
    const { db, clock, audit, jwtKeys } = this.#deps
    if (jwtKeys)
      throw new Error(
        'unable to rotate keys; they are those of JWT_KEYS: put a new one first there',
      )
    const now = clock.now()
    const at = new Date(now).toISOString()
    // The only key there is signs at once.
    const signsFrom = atOnce ? at : new Date(now + shownBefore).toISOString()
    const oldUntil = atOnce ? at : new Date(now + shownBefore + takenAfter).toISOString()
    const jwk = await generateSigningJwk()
    const key = { id: jwk.kid, purpose: 'access_token', secret: JSON.stringify(jwk) } as const
    await db.transaction(async (tx) => {
      await lockKeys(tx)
      await retireKeys(tx, key.purpose, oldUntil)
      await insertKey(tx, key, at)
      const detail = { kid: key.id, atOnce }
      await audit.record(tx, { action: 'keys.rotated', actorId: null, subjectId: null, detail })
    })
    return { kid: jwk.kid, signsFrom, oldUntil }
  }
}
