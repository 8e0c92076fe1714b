/** How well a name fits what was typed: 0 not at all; a beginning is better than the beginning of a
 *  word, that better than a part, and that better than letters in this order. */
export function fit(name: string, typed: string): number {
  const text = plain(name)
  const wanted = plain(typed).trim()
  if (wanted === '') return 1
  if (text === wanted) return 6
  if (text.startsWith(wanted)) return 5
  const at = text.indexOf(wanted)
  if (at > 0) return /[\p{L}\p{N}]/u.test(text.charAt(at - 1)) ? 3 : 4
  return holdsInOrder(text, wanted) ? 2 : 0
}

/** Those that fit, best first; equal ones stay as they were. */
export function ranked<T>(items: readonly T[], nameOf: (item: T) => string, typed: string): T[] {
  return items
    .map((item) => ({ item, fit: fit(nameOf(item), typed) }))
    .filter(({ fit }) => fit > 0)
    .toSorted((a, b) => b.fit - a.fit)
    .map(({ item }) => item)
}

/** Without case and accents. */
function plain(text: string): string {
  return text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase()
}

function holdsInOrder(text: string, wanted: string): boolean {
  let at = 0
  for (const letter of wanted.replaceAll(' ', '')) {
    at = text.indexOf(letter, at) + 1
    if (at === 0) return false
  }
  return true
}
