import type { Piece } from './piece.ts'

/** Emphasis inside of emphasis: deeper ones stay text. */
const deepest = 6

const punctuation = /[!-/:-@[-`{-~]/
const url = /(?:https?:\/\/|www\.)[^\s<]+/iy
const address = /[\w.+-]+@[\w-]+(?:\.[\w-]+)+/y
const labelled =
  /!?\[((?:[^[\]\\\n]|\\.)*)\]\(\s*([^\s()<>]*(?:\([^\s()<>]*\)[^\s()<>]*)*)(?:\s+"[^"\n]*")?\s*\)/y
const bracketed = /<((?:https?:\/\/|mailto:)[^\s<>]+)>/iy
const safe = /^(?:https?:\/\/|mailto:)/i

const marks = [
  ['**', 'strong'],
  ['__', 'strong'],
  ['~~', 'del'],
  ['*', 'em'],
  ['_', 'em'],
] as const

/** Reads what may stand inside of a paragraph. */
export function readInline(text: string, depth = 0): Piece[] {
  return new InlineReader(text, depth).read()
}

interface Found {
  pieces: Piece[]
  next: number
}

class InlineReader {
  readonly #text: string
  readonly #depth: number
  readonly #pieces: Piece[] = []
  /** Marks that are not closed anywhere from here on: nobody looks for them again. */
  readonly #unclosed = new Set<string>()
  #plain = ''

  constructor(text: string, depth: number) {
    this.#text = text
    this.#depth = depth
  }

  read(): Piece[] {
    for (let at = 0; at < this.#text.length;) {
      const found = this.#at(at)
      if (found) {
        this.#endPlain()
        this.#pieces.push(...found.pieces)
        at = found.next
      } else if (this.#text[at] === '\\' && punctuation.test(this.#text[at + 1] ?? '')) {
        this.#plain += this.#text[at + 1]
        at += 2
      } else this.#plain += this.#text[at++]
    }
    this.#endPlain()
    return this.#pieces
  }

  #endPlain(): void {
    if (this.#plain !== '') this.#pieces.push({ type: 'text', text: this.#plain })
    this.#plain = ''
  }

  #at(at: number): Found | undefined {
    const char = this.#text[at] ?? ''
    if (char === '\n') return { pieces: [{ type: 'break' }], next: at + 1 }
    if (char === '`') return this.#code(at)
    if (char === '[' || char === '!') return this.#labelled(at)
    if (char === '<') return this.#bracketed(at)
    if (char === '*' || char === '_' || char === '~') return this.#emphasis(at)
    if (!/[a-z0-9]/i.test(char) || isWord(this.#text[at - 1])) return undefined
    return this.#url(at) ?? this.#address(at)
  }

  /** Between two runs of as many backticks; a run without another one is text as a whole.
   *  `remember`: all before it was read. */
  #code(at: number, remember = true): Found {
    const run = /`+/y
    run.lastIndex = at
    const ticks = run.exec(this.#text)?.[0] ?? '`'
    const from = at + ticks.length
    const end = this.#unclosed.has(ticks) ? -1 : this.#endOfCode(ticks, from)
    if (end === -1) {
      if (remember) this.#unclosed.add(ticks)
      return { pieces: [{ type: 'text', text: ticks }], next: from }
    }
    const inside = this.#text.slice(from, end).replaceAll('\n', ' ')
    const text = /^ .*\S.* $/.test(inside) ? inside.slice(1, -1) : inside
    return { pieces: [{ type: 'code', text }], next: end + ticks.length }
  }

  #endOfCode(ticks: string, from: number): number {
    for (const { 0: run, index } of this.#text.slice(from).matchAll(/`+/g)) {
      if (run === ticks) return from + index
    }
    return -1
  }

  /** Pictures of other servers would tell them who reads: they are links too. */
  #labelled(at: number): Found | undefined {
    const match = matchAt(labelled, this.#text, at)
    const [raw = '', label = '', href = ''] = match ?? []
    if (!match || !safe.test(href)) return undefined
    const pieces =
      label === '' ? text(href) : readInline(label, this.#depth + 1).flatMap(withoutLinks)
    return { pieces: [{ type: 'link', href, pieces }], next: at + raw.length }
  }

  #bracketed(at: number): Found | undefined {
    const [raw, href] = matchAt(bracketed, this.#text, at) ?? []
    return raw && href ? linkTo(href, href, at + raw.length) : undefined
  }

  #url(at: number): Found | undefined {
    const raw = matchAt(url, this.#text, at)?.[0]
    if (raw === undefined) return undefined
    const shown = withoutTail(raw)
    return linkTo(/^www\./i.test(shown) ? `https://${shown}` : shown, shown, at + shown.length)
  }

  #address(at: number): Found | undefined {
    const shown = matchAt(address, this.#text, at)?.[0]
    return shown === undefined ? undefined : linkTo(`mailto:${shown}`, shown, at + shown.length)
  }

  #emphasis(at: number): Found | undefined {
    if (this.#depth >= deepest) return undefined
    for (const [mark, type] of marks) {
      if (!this.#text.startsWith(mark, at) || this.#unclosed.has(mark)) continue
      if (!this.#opens(mark, at)) continue
      const end = this.#endOf(mark, at + mark.length)
      if (end === -1) {
        this.#unclosed.add(mark)
        continue
      }
      const pieces = readInline(this.#text.slice(at + mark.length, end), this.#depth + 1)
      return { pieces: [{ type, pieces }], next: end + mark.length }
    }
    return undefined
  }

  #opens(mark: string, at: number): boolean {
    const after = this.#text[at + mark.length]
    if (after === undefined || /\s/.test(after) || after === mark[0]) return false
    return mark[0] !== '_' || !isWord(this.#text[at - 1])
  }

  /** Where the mark closes: after something, and not in the middle of a code. */
  #endOf(mark: string, from: number): number {
    for (let at = from; at < this.#text.length; at++) {
      const char = this.#text[at]
      if (char === '\\') at++
      else if (char === '`') at = this.#code(at, false).next - 1
      else if (char === mark[0] && this.#text.startsWith(mark, at)) {
        const length = runLength(this.#text, at)
        // `**a *b***`: the inner one closes first.
        const end = mark.length === 2 ? at + length - 2 : at + length - 1
        const fits = mark.length === 1 ? length !== 2 : length >= 2
        if (fits && at > from && this.#closes(mark, at, at + length)) return end
        at += length - 1
      }
    }
    return -1
  }

  #closes(mark: string, runStart: number, runEnd: number): boolean {
    if (/\s/.test(this.#text[runStart - 1] ?? ' ')) return false
    return mark[0] !== '_' || !isWord(this.#text[runEnd])
  }
}

function runLength(value: string, at: number): number {
  let end = at
  while (value[end] === value[at]) end++
  return end - at
}

const text = (value: string): Piece[] => [{ type: 'text', text: value }]

function linkTo(href: string, shown: string, next: number): Found {
  return { pieces: [{ type: 'link', href, pieces: text(shown) }], next }
}

/** A link holds no other link. */
function withoutLinks(piece: Piece): Piece[] {
  return piece.type === 'link' ? piece.pieces : [piece]
}

function matchAt(pattern: RegExp, value: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at
  return pattern.exec(value)
}

function isWord(char: string | undefined): boolean {
  return char !== undefined && /[\p{L}\p{N}_]/u.test(char)
}

/** What ends a sentence is not a part of the address in it; a bracket is, where it was opened. */
function withoutTail(raw: string): string {
  let shown = raw
  for (;;) {
    const last = shown.at(-1) ?? ''
    if (/[.,:;!?'"*_~]/.test(last)) shown = shown.slice(0, -1)
    else if (last === ')' && count(shown, ')') > count(shown, '(')) shown = shown.slice(0, -1)
    else return shown
  }
}

function count(value: string, char: string): number {
  return value.split(char).length - 1
}
