import { AppError } from './error-codes.ts'
import { StringEnum } from './schema.ts'
import type { Static } from 'typebox'

const scopes = [
  'people:read',
  'people:write',
  'rooms:read',
  'rooms:write',
  'messages:read',
  'messages:write',
  'admin:read',
  'admin:write',
] as const

/** What a personal access token may be made for. */
export const Scope = StringEnum(scopes)
export type Scope = Static<typeof Scope>

const areas = {
  Users: 'people',
  Blocks: 'people',
  Rooms: 'rooms',
  Members: 'rooms',
  Messages: 'messages',
  Administration: 'admin',
} as const

function isArea(tag: string): tag is keyof typeof areas {
  return Object.hasOwn(areas, tag)
}

/** The scope an operation needs; null: a session, no token will do. It follows from the tag and the
 *  method, so that no operation can be forgotten: what has an unknown tag is closed to tokens. */
export function scopeOf({
  tag,
  method,
  sessionOnly,
}: {
  tag: string
  method: string
  sessionOnly?: true
}): Scope | null {
  if (sessionOnly || !isArea(tag)) return null
  return `${areas[tag]}:${method === 'GET' ? 'read' : 'write'}`
}

/** The same for the socket: `hello` opens a stream of everything in one's rooms. */
const commandScopes: ReadonlyMap<string, Scope> = new Map([
  ['hello', 'messages:read'],
  ['token.renew', 'messages:read'],
  ['room.sync', 'messages:read'],
  ['presence.watch', 'people:read'],
  ['message.send', 'messages:write'],
  ['message.edit', 'messages:write'],
  ['message.delete', 'messages:write'],
  ['read.set', 'messages:write'],
  ['typing.set', 'messages:write'],
])

/** null: no token will do. */
export function scopeOfCommand(type: string): Scope | null {
  return commandScopes.get(type) ?? null
}

/** A session (undefined) may all. */
export function hasScope(given: readonly Scope[] | undefined, needed: Scope | null): boolean {
  return given === undefined || (needed !== null && given.includes(needed))
}

/** AppError `insufficient_scope`. */
export function requireScope(given: readonly Scope[] | undefined, needed: Scope | null): void {
  if (hasScope(given, needed)) return
  const reason =
    needed === null
      ? 'this needs a session; no personal access token will do'
      : `the token lacks the scope ${needed}`
  throw new AppError('insufficient_scope', { reason })
}
