import { createHash, randomBytes } from 'node:crypto'

/** 256 random bits that only their holder knows: the server stores `hashOf` them. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url')
}

export function hashOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest()
}
