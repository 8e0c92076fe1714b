import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK } from 'jose'
import type { CryptoKey } from 'jose'

/** A private Ed25519 key (RFC 8037). */
export interface SigningJwk {
  kty: 'OKP'
  crv: 'Ed25519'
  kid: string
  x: string
  d: string
}

export interface SigningKey {
  kid: string
  x: string
  privateKey: CryptoKey
  publicKey: CryptoKey
}

/** Named by its thumbprint (RFC 7638). */
export async function generateSigningJwk(): Promise<SigningJwk> {
  const { privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true })
  const { x = '', d = '' } = await exportJWK(privateKey)
  const key = { kty: 'OKP', crv: 'Ed25519', x, d } as const
  return { ...key, kid: await calculateJwkThumbprint(key) }
}

export async function importSigningKey({ kid, x, d }: SigningJwk): Promise<SigningKey> {
  const publicJwk = { kty: 'OKP', crv: 'Ed25519', x } as const
  const [privateKey, publicKey] = await Promise.all([
    importJWK({ ...publicJwk, d }, 'EdDSA'),
    importJWK(publicJwk, 'EdDSA'),
  ])
  return { kid, x, privateKey, publicKey }
}
