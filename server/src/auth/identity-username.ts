import { randomInt } from 'node:crypto'

const longest = 32

/** A username of ours made from what somebody is called elsewhere: the first of these that has
 *  enough letters. */
export function usernameFrom(said: readonly (string | undefined)[]): string {
  for (const one of said) {
    const username = plain(one ?? '')
    if (username.length >= 3) return username
  }
  return 'user'
}

/** ada → ada-4821: for when another one has the name. */
export function withNumber(username: string): string {
  const number = String(randomInt(1000, 1_000_000))
  return `${username.slice(0, longest - 1 - number.length)}-${number}`
}

/** "Zoë Müller" → "zoe-muller" */
function plain(said: string): string {
  return said
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9_.]+/g, '-')
    .slice(0, longest)
    .replaceAll(/^[-.]+|[-.]+$/g, '')
}
