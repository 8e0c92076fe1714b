import type { ComponentChildren } from 'preact'
import { isOnlyEmoji, readMarkdown } from './markdown.ts'
import type { Piece } from './piece.ts'

/** The text of a message. It is never set as HTML. */
export function MarkdownText({ text }: { text: string }) {
  if (isOnlyEmoji(text.trim())) return <p class="jumbo">{text.trim()}</p>
  return <>{readMarkdown(text).map(show)}</>
}

function show(piece: Piece, key: number): ComponentChildren {
  switch (piece.type) {
    case 'text':
      return piece.text
    case 'break':
      return <br key={key} />
    case 'code':
      return <code key={key}>{piece.text}</code>
    case 'codeBlock':
      return (
        <pre key={key} tabIndex={0}>
          <code>{piece.text}</code>
        </pre>
      )
    case 'link':
      return (
        <a key={key} href={piece.href} target="_blank" rel="noopener noreferrer nofollow">
          {piece.pieces.map(show)}
        </a>
      )
    case 'list':
      return listOf(piece, key)
    case 'strong':
    case 'em':
    case 'del':
    case 'paragraph':
    case 'quote':
    case 'item': {
      const Tag = tags[piece.type]
      // Each paragraph, quote and item turns to where its own text runs.
      const dir = Tag === 'p' || Tag === 'li' ? 'auto' : undefined
      return (
        <Tag key={key} dir={dir}>
          {piece.pieces.map(show)}
        </Tag>
      )
    }
  }
}

const tags = {
  strong: 'strong',
  em: 'em',
  del: 'del',
  paragraph: 'p',
  quote: 'blockquote',
  item: 'li',
} as const

function listOf({ start, pieces }: Piece & { type: 'list' }, key: number) {
  if (start === undefined) return <ul key={key}>{pieces.map(show)}</ul>
  return (
    <ol key={key} start={start}>
      {pieces.map(show)}
    </ol>
  )
}
