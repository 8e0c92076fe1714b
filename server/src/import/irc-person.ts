import { cleanDisplayName } from '../user/display-name.ts'
import type { Newcomer } from '../user/account.ts'
import { derivedId } from './derived-id.ts'

const longestUsername = 32
const longestDisplayName = 64

/** Who a nick is: on IRC, its spellings in upper and lower case are one. */
export function personOf(nick: string): string {
  return nick.toLowerCase()
}

/** The account of a nick. `attempt` counts from 0, up for each time its username was taken. */
export function accountOf(nick: string, attempt: number): Newcomer {
  const username = usernameOf(nick, attempt)
  return { id: derivedId('irc nick', personOf(nick)), username, displayName: displayNameOf(nick) }
}

function usernameOf(nick: string, attempt: number): string {
  const plain = personOf(nick).replaceAll(/[^a-z0-9_.-]/gu, '_')
  const suffix = attempt === 0 ? '' : `-${attempt + 1}`
  return plain.padEnd(3, '_').slice(0, longestUsername - suffix.length) + suffix
}

function displayNameOf(nick: string): string {
  try {
    return cleanDisplayName(Array.from(nick).slice(0, longestDisplayName).join(''))
  } catch {
    return usernameOf(nick, 0) // nothing in it can be shown
  }
}
