// docs/protocol.md, for who has only the running server.
import { anchorOf, headingsIn, markdown } from './docs-markdown.ts'
import { linksTo, readingPage } from './docs-page.ts'
import { Markup } from './markup.ts'

/** The numbered rules: their words by their ids. */
export function rulesIn(text: string): Map<string, string> {
  const rules = text.matchAll(/^- \*\*([A-Z]\d+)\*\* (.*)$/gm)
  return new Map([...rules].map(([, id = '', words = '']) => [id, words]))
}

/** The page at /docs/protocol; each rule can be linked to by its id in lower case. */
export function protocolPage(text: string): string {
  const body = markdown(text, hereOf).text.replaceAll(
    /<li><strong>([A-Z]\d+)<\/strong>/g,
    (_, id: string) =>
      `<li id="${anchorOf(id)}"><strong><a href="#${anchorOf(id)}">${id}</a></strong>`,
  )
  const contents = linksTo(headingsIn(text).map((words) => [anchorOf(words), words]))
  return readingPage({ title: 'Protocol', contents, body: new Markup(body) })
}

/** Of all other files only the two documents are on this server too. */
function hereOf(href: string): string | undefined {
  if (href.startsWith('#')) return href
  return href.endsWith('api.json') ? href.replace('..', '') : undefined
}
