import { createHash, createHmac, randomBytes } from 'node:crypto'

/** 256 random bits: what a session begins with. */
export function newRefreshToken(): string {
  return randomBytes(32).toString('base64url')
}

/** What a token is exchanged for. It follows from the token, so that whoever lost the answer gets
 *  the same one again, and nothing but a hash is ever stored. */
export function successorOf(key: Buffer, token: string): string {
  return createHmac('sha256', key).update(token).digest('base64url')
}

export function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}
