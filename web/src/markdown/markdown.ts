import { readInline } from './markdown-inline.ts'
import type { Piece } from './piece.ts'

/** Quotes and lists inside of each other: deeper ones stay text. */
const deepest = 4

const fence = /^ {0,3}(```+|~~~+)[^`]*$/
const quoted = /^ {0,3}> ?(.*)$/
const bullet = /^( {0,3})([-*+])( +)(\S.*)$/
const numbered = /^( {0,3})(\d{1,9})[.)]( +)(\S.*)$/

/**
 * Reads the Markdown of a message: bold, italic, struck, code, blocks of code, links, quotes, lists.
 * What belongs to documents, not to a chat, stays as it was written: `# ubuntu` is no heading, four
 * spaces are no code, and HTML is text. Takes time in proportion to the text, whatever it is.
 */
export function readMarkdown(text: string, depth = 0): Piece[] {
  const lines = text.split('\n')
  const pieces: Piece[] = []
  let paragraph: string[] = []
  const endParagraph = (): void => {
    if (paragraph.length > 0)
      pieces.push({ type: 'paragraph', pieces: readInline(paragraph.join('\n')) })
    paragraph = []
  }
  for (let at = 0; at < lines.length;) {
    const block = blockAt(lines, at, depth)
    if (block) {
      endParagraph()
      pieces.push(block.piece)
      at = block.next
      continue
    }
    const line = lines[at++] ?? ''
    if (line.trim() === '') endParagraph()
    else paragraph.push(line)
  }
  endParagraph()
  return pieces
}

interface Block {
  piece: Piece
  /** The line after it. */
  next: number
}

function blockAt(lines: readonly string[], at: number, depth: number): Block | undefined {
  const line = lines[at] ?? ''
  const opening = fence.exec(line)?.[1]
  if (opening !== undefined) return codeBlock(lines, at, opening)
  if (depth >= deepest) return undefined
  if (quoted.test(line)) return quote(lines, at, depth)
  if (bullet.test(line)) return list(lines, at, bullet, depth)
  if (numbered.test(line)) return list(lines, at, numbered, depth)
  return undefined
}

/** To the closing fence, or to the end where there is none. */
function codeBlock(lines: readonly string[], at: number, opening: string): Block {
  const isEnd = (line: string): boolean => line.trim().startsWith(opening) && fence.test(line)
  const end = lines.findIndex((line, index) => index > at && isEnd(line))
  const last = end === -1 ? lines.length : end
  return {
    piece: { type: 'codeBlock', text: lines.slice(at + 1, last).join('\n') },
    next: last + 1,
  }
}

function quote(lines: readonly string[], at: number, depth: number): Block {
  const inside: string[] = []
  let next = at
  for (let match = quoted.exec(lines[next] ?? ''); match; match = quoted.exec(lines[next] ?? '')) {
    inside.push(match[1] ?? '')
    next++
  }
  return { piece: { type: 'quote', pieces: readMarkdown(inside.join('\n'), depth + 1) }, next }
}

function list(lines: readonly string[], at: number, marker: RegExp, depth: number): Block {
  const items: string[][] = []
  let next = at
  let indent = 0
  for (; next < lines.length; next++) {
    const line = lines[next] ?? ''
    const [, before = '', sign = '', gap = '', rest] = marker.exec(line) ?? []
    if (rest !== undefined && (next === at || before.length < indent)) {
      indent = before.length + sign.length + Math.min(gap.length, 4)
      items.push([rest])
    } else if (/^ {2,}\S/.test(line)) {
      items.at(-1)?.push(line.slice(Math.min(indent, line.search(/\S/))))
    } else break
  }
  const pieces = items.map((item): Piece => ({ type: 'item', pieces: unwrapped(item, depth) }))
  const start = marker === numbered ? Number.parseInt(lines[at] ?? '') : undefined
  return { piece: { type: 'list', start, pieces }, next }
}

/** Items are lines, not paragraphs. */
function unwrapped(item: readonly string[], depth: number): Piece[] {
  const pieces = readMarkdown(item.join('\n'), depth + 1)
  return pieces.flatMap((piece) => (piece.type === 'paragraph' ? piece.pieces : piece))
}

/** The same without marks, in one line: for quotes and lists. */
export function plainText(text: string): string {
  return readMarkdown(text).map(plain).join(' ').replaceAll(/\s+/g, ' ').trim()
}

function plain(piece: Piece): string {
  if ('text' in piece) return piece.text
  if (!('pieces' in piece)) return ' '
  const inside = piece.pieces.map(plain).join(piece.type === 'list' ? ', ' : '')
  return piece.type === 'paragraph' ? `${inside} ` : inside
}

const person = String.raw`\p{Emoji}(?:\p{EMod}|\uFE0F\u20E3?)?`
const emoji = String.raw`(?:\p{RI}\p{RI}|${person}(?:\u200D${person})*)`
const onlyEmoji = new RegExp(String.raw`^(?:${emoji}\s*){1,6}$`, 'u')

/** Nothing but a few emoji: shown large. */
export function isOnlyEmoji(text: string): boolean {
  // To Unicode digits, # and * are emoji too; keycaps are what one sees as such.
  return onlyEmoji.test(text) && !/[\d#*](?!\uFE0F\u20E3)/.test(text)
}
