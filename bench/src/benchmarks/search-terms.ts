/** What people type who look for someone of this display name. */
type TermOf = (name: string) => string

export interface Kind {
  what: string
  /** Only of these display names. */
  among: RegExp
  termOf: TermOf
}

const latin = /^[!-~]{5,}( [A-Z][a-z]+)?$/
const accented = /^(?=.*[À-ž])[\p{sc=Latin} ]+$/u

const any = (below: number): number => Math.floor(Math.random() * below)
const letter = (): string => String.fromCodePoint(97 + any(26))

/** From `first` on so many characters, none cut in two. */
const some = (name: string, first: number, count: number): string =>
  Array.from(name)
    .slice(first, first + count)
    .join('')
    .trim() || name

const inside =
  (count: number): TermOf =>
  (name) =>
    some(name, 1 + any(Math.max(1, name.length - count - 1)), count)

/** The name with the two characters at a random place replaced by what becomes of them. */
const wrong =
  (become: (one: string, next: string) => string): TermOf =>
  (name) => {
    const at = any(name.length - 1)
    const [one = '', next = ''] = name.slice(at)
    return `${name.slice(0, at)}${become(one, next)}${name.slice(at + 2)}`.trim()
  }

const latinKinds: readonly (readonly [what: string, termOf: TermOf])[] = [
  ['the beginning, 1 letter', (name) => some(name, 0, 1)],
  ['2 letters', (name) => some(name, 0, 2)],
  ['3 letters', (name) => some(name, 0, 3)],
  ['4 letters', (name) => some(name, 0, 4)],
  ['5 to 8 letters', (name) => some(name, 0, 5 + any(4))],
  ['a whole name', (name) => name],
  ['the last word', (name) => name.split(' ').at(-1) ?? name],
  ['3 letters inside', inside(3)],
  ['4 letters inside', inside(4)],
  ['5 letters inside', inside(5)],
  ['a letter wrong', wrong((_, next) => letter() + next)],
  ['a letter missing', wrong((_, next) => next)],
  ['a letter too many', wrong((one, next) => one + letter() + next)],
  ['two letters swapped', wrong((one, next) => next + one)],
  ['a last word with a letter missing', (name) => name.slice(name.indexOf(' ') + 2)],
  ['nobody', () => `zzqx${Math.random().toString(36).slice(2, 8)}`],
]

const upTo3: TermOf = (name) => (any(2) === 0 ? some(name, 0, 1 + any(3)) : some(name, any(3), 2))

/** A mix of what is asked; each as often as the others. */
export const kinds: readonly Kind[] = [
  ...latinKinds.map(([what, termOf]) => ({ what, among: latin, termOf })),
  {
    what: 'accents left out',
    among: accented,
    termOf: (name) => name.normalize('NFD').replaceAll(/\p{M}/gu, ''),
  },
  { what: 'Chinese, 1 to 3 characters', among: /^\p{sc=Han}+$/u, termOf: upTo3 },
  { what: 'Japanese', among: /^\p{sc=Hiragana}/u, termOf: upTo3 },
  { what: 'Korean', among: /^\p{sc=Hangul}/u, termOf: upTo3 },
  { what: 'Cyrillic, the beginning', among: /^\p{sc=Cyrillic}/u, termOf: (n) => some(n, 0, 3) },
  {
    what: 'Cyrillic, the last word',
    among: /^\p{sc=Cyrillic}/u,
    termOf: (n) => n.split(' ')[1] ?? n,
  },
  { what: 'Arabic', among: /^\p{sc=Arabic}/u, termOf: (name) => some(name, any(2) * 5, 4) },
  { what: 'emoji', among: /^\p{Emoji_Presentation}/u, termOf: (name) => some(name, 0, 1 + any(6)) },
]
