import { createHmac } from 'node:crypto'

/** What a token is exchanged for. It follows from the token, so that whoever lost the answer gets
 *  the same one again, and nothing but a hash is ever stored. */
export function successorOf(key: Buffer, token: string): string {
  return createHmac('sha256', key).update(token).digest('base64url')
}
