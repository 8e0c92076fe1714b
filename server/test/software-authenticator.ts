/** An authenticator in software (WebAuthn, level 3), with the part of the browser that writes the
 *  client data: for tests of passkeys. Its CBOR is written by hand, to check that of the server. */
import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import type {
  PasskeyAssertion,
  PasskeyAttestation,
  PasskeyCreationOptions,
  PasskeyRequestOptions,
} from '../src/auth/passkey-schema.ts'

export type Algorithm = 'ES256' | 'EdDSA' | 'RS256'

interface Held {
  id: string
  privateKey: KeyObject
  userHandle: string
}

/** What an honest one would not do, or do otherwise. */
export interface Deviation {
  origin?: string
  type?: string
  challenge?: string
  rpId?: string
  verified?: boolean
  /** The count it shows instead of the next. */
  counter?: number
  userHandle?: string
  /** A statement about its maker, though none was asked for. */
  statement?: { fmt: string; attStmt: Map<string, Cbor> }
}

export class SoftwareAuthenticator {
  readonly #origin: string
  readonly #algorithm: Algorithm
  readonly #counts: boolean
  readonly #held: Held[] = []
  #counter = 0

  constructor(origin: string, { algorithm = 'ES256', counts = true }: AuthenticatorOptions = {}) {
    this.#origin = origin
    this.#algorithm = algorithm
    this.#counts = counts
  }

  /** navigator.credentials.create(…).toJSON() */
  create(options: PasskeyCreationOptions, deviation: Deviation = {}): PasskeyAttestation {
    const id = randomBytes(24)
    const { privateKey, cose } = newKey(this.#algorithm)
    const { fmt, attStmt } = deviation.statement ?? { fmt: 'none', attStmt: new Map() }
    const authData = Buffer.concat([
      this.#authenticatorData(options.rp.id, true, deviation),
      Buffer.alloc(16),
      Buffer.from([id.length >> 8, id.length & 0xff]),
      id,
      cbor(cose),
    ])
    const object = new Map<string, Cbor>([
      ['fmt', fmt],
      ['attStmt', attStmt],
      ['authData', authData],
    ])
    const name = id.toString('base64url')
    this.#held.push({ id: name, privateKey, userHandle: options.user.id })
    return {
      id: name,
      rawId: name,
      type: 'public-key',
      authenticatorAttachment: 'platform',
      clientExtensionResults: { credProps: { rk: true } },
      response: {
        clientDataJSON: this.#clientData('webauthn.create', options.challenge, deviation),
        attestationObject: cbor(object).toString('base64url'),
        authenticatorData: authData.toString('base64url'),
        publicKeyAlgorithm: algorithms[this.#algorithm],
        transports: ['internal'],
      },
    }
  }

  /** navigator.credentials.get(…).toJSON(), with the newest passkey. */
  get(options: PasskeyRequestOptions, deviation: Deviation = {}): PasskeyAssertion {
    const held = this.#held.at(-1)
    if (!held) throw new Error('this authenticator holds no passkey')
    const authData = this.#authenticatorData(options.rpId, false, deviation)
    const clientDataJSON = this.#clientData('webauthn.get', options.challenge, deviation)
    const clientData = Buffer.from(clientDataJSON, 'base64url')
    const signed = Buffer.concat([authData, sha256(clientData)])
    const signature = sign(this.#algorithm === 'EdDSA' ? null : 'sha256', signed, held.privateKey)
    return {
      id: held.id,
      rawId: held.id,
      type: 'public-key',
      clientExtensionResults: {},
      response: {
        clientDataJSON,
        authenticatorData: authData.toString('base64url'),
        signature: signature.toString('base64url'),
        userHandle: deviation.userHandle ?? held.userHandle,
      },
    }
  }

  #clientData(type: string, challenge: string, deviation: Deviation): string {
    const { origin = this.#origin } = deviation
    const said = {
      type: deviation.type ?? type,
      challenge: deviation.challenge ?? challenge,
      origin,
    }
    return Buffer.from(JSON.stringify({ ...said, crossOrigin: false })).toString('base64url')
  }

  #authenticatorData(rpId: string, attested: boolean, deviation: Deviation): Buffer {
    if (this.#counts) this.#counter++
    const { verified = true, counter = this.#counter } = deviation
    // User present, user verified, can be and is backed up, a key follows.
    const flags = 0x01 | (verified ? 0x04 : 0) | 0x18 | (attested ? 0x40 : 0)
    const count = Buffer.alloc(4)
    count.writeUInt32BE(counter)
    return Buffer.concat([sha256(deviation.rpId ?? rpId), Buffer.from([flags]), count])
  }
}

interface AuthenticatorOptions {
  algorithm?: Algorithm
  /** Passkeys that are synchronised do not: their count is 0 for ever. */
  counts?: boolean
}

const algorithms = { ES256: -7, EdDSA: -8, RS256: -257 }

/** A key pair, the public half after RFC 9053. */
function newKey(algorithm: Algorithm): { privateKey: KeyObject; cose: Map<number, Cbor> } {
  const { publicKey, privateKey } =
    algorithm === 'ES256'
      ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
      : algorithm === 'EdDSA'
        ? generateKeyPairSync('ed25519')
        : generateKeyPairSync('rsa', { modulusLength: 2048 })
  const jwk = publicKey.export({ format: 'jwk' })
  const part = (text = '') => Buffer.from(text, 'base64url')
  const own: [number, Cbor][] =
    algorithm === 'ES256'
      ? [
          [-1, 1],
          [-2, part(jwk.x)],
          [-3, part(jwk.y)],
        ]
      : algorithm === 'EdDSA'
        ? [
            [-1, 6],
            [-2, part(jwk.x)],
          ]
        : [
            [-1, part(jwk.n)],
            [-2, part(jwk.e)],
          ]
  const type = { ES256: 2, EdDSA: 1, RS256: 3 }[algorithm]
  return { privateKey, cose: new Map([[1, type], [3, algorithms[algorithm]], ...own]) }
}

function sha256(data: string | Buffer): Buffer {
  return createHash('sha256').update(data).digest()
}

type Cbor = number | string | Buffer | Cbor[] | Map<number | string, Cbor>

/** RFC 8949, as much of it as WebAuthn needs. */
function cbor(value: Cbor): Buffer {
  if (typeof value === 'number') return value < 0 ? head(1, -1 - value) : head(0, value)
  if (typeof value === 'string') return Buffer.concat([head(3, value.length), Buffer.from(value)])
  if (Buffer.isBuffer(value)) return Buffer.concat([head(2, value.length), value])
  if (Array.isArray(value)) return Buffer.concat([head(4, value.length), ...value.map(cbor)])
  const entries = [...value].flatMap(([key, inner]) => [cbor(key), cbor(inner)])
  return Buffer.concat([head(5, value.size), ...entries])
}

function head(major: number, count: number): Buffer {
  if (count < 24) return Buffer.from([(major << 5) | count])
  if (count < 0x100) return Buffer.from([(major << 5) | 24, count])
  return Buffer.from([(major << 5) | 25, count >> 8, count & 0xff])
}
