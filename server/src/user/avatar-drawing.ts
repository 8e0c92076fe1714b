/** The picture of whoever has none: her initials on a colour of her own. */

const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' })

/** White can be read on each of them (WCAG AA). */
const colours = [
  '#b3261e',
  '#b0401a',
  '#8a5a00',
  '#5d6b00',
  '#2f7136',
  '#00706a',
  '#006c8c',
  '#2b5fc0',
  '#5a4fcf',
  '#8140b8',
  '#a52f8f',
  '#b0275c',
  '#6b5b4f',
  '#4d6472',
]

/** As SVG, always the same for the same id and name. */
export function drawAvatar(userId: string, displayName: string): string {
  const initials = initialsOf(displayName)
  const size = Array.from(graphemes.segment(initials)).length > 1 ? 24 : 30
  // The end of an id is random; its beginning is a time.
  const colour = colours[Number.parseInt(userId.slice(-4), 16) % colours.length]
  return (
    '<svg xmlns="http://www.w3.org/2000/svg" width="256" height="256" viewBox="0 0 64 64">' +
    `<rect width="64" height="64" fill="${colour}"/>` +
    '<text x="32" y="32" dy=".36em" text-anchor="middle" fill="#fff" font-weight="600" ' +
    `font-family="system-ui,sans-serif" font-size="${size}">${escaped(initials)}</text></svg>`
  )
}

/** The first character, as a reader sees it, of the first and the last word of a name; of an emoji,
 *  or a script whose letters join or stand for words, only the first. */
export function initialsOf(name: string): string {
  const words = name.split(/[\s_]+/u).map(initialOf)
  const letters = words.filter((word) => telling.test(word))
  const [first = words.find((word) => word !== '') ?? '', ...others] = letters
  const last = others.at(-1)
  return last !== undefined && pairs.test(first) && pairs.test(last) ? first + last : first
}

/** What is no mere sign. */
const telling = /[\p{L}\p{N}\p{Extended_Pictographic}\p{Regional_Indicator}]/u
/** Scripts in which two letters stand beside each other as initials. */
const pairs = /^[\p{sc=Latin}\p{sc=Cyrillic}\p{sc=Greek}\p{sc=Armenian}\p{sc=Georgian}\p{Nd}]/u

/** Signs before the first letter are passed over, unless they are all there is. */
function initialOf(word: string): string {
  const start = word.search(telling)
  const [{ segment } = { segment: '' }] = graphemes.segment(start > 0 ? word.slice(start) : word)
  // A tower of marks is one grapheme too.
  const bare = segment.length > 16 ? String.fromCodePoint(segment.codePointAt(0) ?? 0) : segment
  const upper = bare.toUpperCase()
  return upper.length === bare.length ? upper : bare // ß stays one letter
}

/** Also without what XML cannot hold at all. */
function escaped(text: string): string {
  return text
    .replaceAll(/[^\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}
