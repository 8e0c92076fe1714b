import { containing } from './like-pattern.ts'

/**
 * What a name must hold, as LIKE patterns of which one is enough; none where no index would find it.
 *
 * The trigram index knows three letters in a row, and those with the end of a word beside them:
 * shorter terms are looked for at the beginnings of words only, and the two characters of a given
 * name at the ends of words too, where Chinese and its neighbours have them. Emoji are in no index
 * but those of the beginnings.
 */
export function partsOf(term: string): string[] {
  if (!/[\p{L}\p{N}]/u.test(term) || hasEmoji(term)) return []
  if (hasTrigrams(term)) return [containing(term)]
  const begins = containing(` ${term}`)
  return isGivenName(term) ? [begins, containing(`${term} `)] : [begins]
}

/** The words in which a typing error can be told: those of three letters or more. */
export function wordsOf(term: string): string[] {
  return term.match(/[\p{L}\p{N}\p{M}]{3,}/gu) ?? []
}

/** Whether an index of trigrams can be asked for it. */
export function hasTrigrams(term: string): boolean {
  return /[\p{L}\p{N}]{3}/u.test(term)
}

/** A swap of two letters spoils four trigrams, and a short word has few more. */
export function isShort(term: string): boolean {
  const letters = term.match(/[\p{L}\p{N}]/gu) ?? []
  const words = term.match(/[\p{L}\p{N}]+/gu) ?? []
  return letters.length + words.length < 8
}

function hasEmoji(term: string): boolean {
  return /[\p{Extended_Pictographic}\p{Regional_Indicator}]/u.test(term)
}

function isGivenName(term: string): boolean {
  return /^[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}]{2}$/u.test(term)
}
