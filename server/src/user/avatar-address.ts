import { createHash, randomBytes } from 'node:crypto'
import { sql } from '../infra/sql.ts'
import type { AvatarSize } from './avatar-images.ts'

/** Where pictures are served. */
export const avatarPath = '/v1/avatars'

/** `avatarUrl` of a row `u` of `users`: her own picture's address, else that of the one drawn from
 *  her name. Both stand for what they show and never change it; the view user_summaries says the
 *  same. */
export const avatarUrl = sql`coalesce(u.avatar_url, '/v1/avatars/' || u.id || '/' ||
  left(encode(sha256(convert_to(u.display_name, 'UTF8')), 'hex'), 16))`

/** For a picture of hers. Each upload has one of its own: a file that is being removed is never the
 *  one that is chosen again, and nobody can tell it from a picture he has. */
export function newAddress(userId: string): string {
  return `${avatarPath}/${userId}/${randomBytes(16).toString('hex')}`
}

/** The address of the picture that is drawn from a name, as `avatarUrl` has it. */
export function drawnAddressOf(userId: string, displayName: string): string {
  const hash = createHash('sha256').update(displayName).digest('hex').slice(0, 16)
  return `${avatarPath}/${userId}/${hash}`
}

const nameOfOwn = /[0-9a-f]{32}$/

/** Where the files of an address are stored; undefined for an address of a drawn one. */
export function keyOf(address: string, size: AvatarSize): string | undefined {
  const [name] = nameOfOwn.exec(address) ?? []
  return name && `avatars/${name.slice(0, 2)}/${name}-${size}.webp`
}
