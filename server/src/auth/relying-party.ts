import { AppError } from '../contract/error-codes.ts'
import type { Credential, StoredCredential } from './passkey-queries.ts'
import type { PasskeyAssertion, PasskeyAttestation } from './passkey-schema.ts'

/** COSE: EdDSA, ES256, RS256. */
export const passkeyAlgorithms = [-8, -7, -257]

interface RelyingPartyDeps {
  /** PUBLIC_URL, or where this server is reached without one. */
  url: string
  corsOrigins: readonly string[]
}

/** What this server is to authenticators (WebAuthn), and the judge of what they say. A passkey is
 *  bound to the host name of PUBLIC_URL for ever. */
export class RelyingParty {
  /** The host name. */
  readonly id: string
  readonly #origins: string[]

  constructor({ url, corsOrigins }: RelyingPartyDeps) {
    const { hostname, origin } = new URL(url)
    this.id = hostname
    this.#origins = [origin, ...corsOrigins]
  }

  /** What a new passkey is known by. AppError `invalid_passkey`. */
  async readAttestation(given: PasskeyAttestation, challenge: string): Promise<Credential> {
    const { id, rawId, type, response } = given
    const { clientDataJSON, attestationObject, transports = [] } = response
    return refused(async () => {
      const { verifyRegistrationResponse } = await import('@simplewebauthn/server')
      const bare = { clientDataJSON, attestationObject: await withoutStatement(attestationObject) }
      const { verified, registrationInfo } = await verifyRegistrationResponse({
        ...this.#expected(challenge),
        response: { id, rawId, type, response: bare, clientExtensionResults: {} },
        supportedAlgorithmIDs: passkeyAlgorithms,
      })
      if (!verified) return undefined
      const { credential, credentialBackedUp: backedUp } = registrationInfo
      const credentialId = Buffer.from(credential.id, 'base64url')
      // Not its own name for it: nothing could be found by that.
      if (credential.id !== id) return undefined
      const publicKey = Buffer.from(credential.publicKey)
      return { credentialId, publicKey, counter: credential.counter, transports, backedUp }
    })
  }

  /** That the passkey signed this challenge, its person verified. Returns what it is known by from
   *  now on. AppError `invalid_passkey`. */
  async checkAssertion(
    given: PasskeyAssertion,
    challenge: string,
    known: StoredCredential,
  ): Promise<Pick<Credential, 'counter' | 'backedUp'>> {
    const { id, rawId, type, response } = given
    const { clientDataJSON, authenticatorData, signature, userHandle } = response
    return refused(async () => {
      if (userHandle !== userHandleOf(known.userId)) return undefined
      const { verifyAuthenticationResponse } = await import('@simplewebauthn/server')
      const said = { clientDataJSON, authenticatorData, signature, userHandle }
      const { verified, authenticationInfo } = await verifyAuthenticationResponse({
        ...this.#expected(challenge),
        response: { id, rawId, type, response: said, clientExtensionResults: {} },
        credential: { id, publicKey: Uint8Array.from(known.publicKey), counter: known.counter },
      })
      if (!verified) return undefined
      const { newCounter: counter, credentialBackedUp: backedUp } = authenticationInfo
      return { counter, backedUp }
    })
  }

  #expected(challenge: string) {
    return {
      expectedChallenge: challenge,
      expectedOrigin: this.#origins,
      expectedRPID: this.id,
      requireUserVerification: true,
    }
  }
}

/** What authenticators call a person: the bytes of her id. */
export function userHandleOf(userId: string): string {
  return Buffer.from(userId.replaceAll('-', ''), 'hex').toString('base64url')
}

/** Who made the authenticator was not asked for. A statement about it that comes anyhow is not
 *  read: its certificates are a stranger's input. */
async function withoutStatement(attestationObject: string): Promise<string> {
  const helpers = await import('@simplewebauthn/server/helpers')
  const { decodeAttestationObject, isoBase64URL, isoCBOR } = helpers
  const authData = decodeAttestationObject(isoBase64URL.toBuffer(attestationObject)).get('authData')
  const none = Object.entries({ fmt: 'none', attStmt: new Map(), authData })
  return isoBase64URL.fromBuffer(isoCBOR.encode(new Map(none)))
}

/** Whatever does not fit, the library throws as an error of no particular kind. */
async function refused<T>(judge: () => Promise<T | undefined>): Promise<T> {
  try {
    const verdict = await judge()
    if (verdict !== undefined) return verdict
  } catch (cause) {
    throw new AppError('invalid_passkey', { cause })
  }
  throw new AppError('invalid_passkey')
}
