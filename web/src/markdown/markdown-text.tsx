import type { ComponentChildren } from 'preact'
import { readRoute } from '../router/routes.ts'
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
      return linkTo(piece, key)
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

function linkTo({ href, pieces }: Piece & { type: 'link' }, key: number) {
  return (
    <a key={key} href={href} {...(isOwnPage(href) ? {} : elsewhere)}>
      {pieces.map(show)}
    </a>
  )
}

const elsewhere = { target: '_blank', rel: 'noopener noreferrer nofollow' }

/** A link to a message or a room of this very Parley: the page stays, see router.ts. */
function isOwnPage(href: string): boolean {
  if (!URL.canParse(href)) return false
  const { origin, pathname } = new URL(href)
  return origin === location.origin && readRoute(pathname).name !== 'notFound'
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
