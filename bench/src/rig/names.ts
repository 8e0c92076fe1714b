import { readFileSync } from 'node:fs'
import { nameOfScript } from './names-of-scripts.ts'

export interface Name {
  username: string
  displayName: string
}

const starts =
  'an be chi da el fa gre ha i jo ka li mo ni o pe qua ro sa ti u ve wi xa yo zu'.split(' ')
const middles = 'ba der fi gan ha ja kel la min na pho ra sti to vi zen'.split(' ')
const ends = 'a co de el ia in ko lis ne o ra sen ta us x y'.split(' ')

/** So many names, no two the same username, of which a fifth is in other scripts or with emoji: the
 *  others made up, or half of them of that file in turn. */
export function makeNames(count: number, file?: string): Name[] {
  const known = file === undefined ? undefined : linesOf(file)
  return Array.from({ length: count }, (_, n) => {
    if (n % 5 === 4) return { username: `person.${n.toString(36)}`, displayName: nameOfScript(n) }
    return known && n % 2 === 0 ? nameFrom(known, n / 2) : madeUp(n)
  })
}

function linesOf(file: string): string[] {
  const lines = readFileSync(file, 'utf8').split('\n')
  const names = lines.map((line) => line.trim()).filter(Boolean)
  if (names.length === 0) throw new Error(`there is no name in ${file}`)
  return names
}

function nameFrom(known: readonly string[], n: number): Name {
  const displayName = known[n % known.length] ?? ''
  const round = Math.floor(n / known.length)
  const word = displayName.toLowerCase().replaceAll(/[^a-z0-9._-]/g, '.') || 'x'
  // A digit cannot end a name of the file and begin a number here: ~ is in no username of it.
  return { username: `${word}~${n % known.length}.${round}`.slice(-60), displayName }
}

/** Words of three syllables, and two of them for a display name. */
function madeUp(n: number): Name {
  const first = word(n)
  const last = word(n * 7919 + 13)
  const displayName = `${first[0]?.toUpperCase()}${first.slice(1)} ${last[0]?.toUpperCase()}${last.slice(1)}`
  return { username: `${first}.${n.toString(36)}`, displayName }
}

function word(n: number): string {
  const start = starts[n % starts.length]
  const middle = middles[Math.floor(n / starts.length) % middles.length]
  const end = ends[Math.floor(n / starts.length / middles.length) % ends.length]
  return `${start}${middle}${end}`
}
