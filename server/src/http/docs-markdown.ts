import { Marked } from 'marked'
import { Markup } from './markup.ts'

/** Our own words, written in Markdown, as HTML. `hrefOf` says where a link leads on this server;
 *  undefined where it leads nowhere here, and only its words are kept. */
export function markdown(text: string, hrefOf: (href: string) => string | undefined): Markup {
  const marked = new Marked({
    renderer: {
      heading({ tokens, depth, text: words }) {
        const id = anchorOf(words)
        return `<h${depth} id="${id}"><a href="#${id}">${this.parser.parseInline(tokens)}</a></h${depth}>\n`
      },
      link({ href, tokens }) {
        const words = this.parser.parseInline(tokens)
        const target = hrefOf(href)
        return target === undefined ? words : `<a href="${target}">${words}</a>`
      },
    },
  })
  // What may be wider than a phone scrolls by itself, by the keyboard too.
  const rendered = marked.parse(text, { async: false }).replaceAll('<pre>', '<pre tabindex="0">')
  const table = '<div class="wide" tabindex="0" role="group" aria-label="Table"><table>'
  return new Markup(rendered.replaceAll('<table>', table).replaceAll('</table>', '</table></div>'))
}

/** The headings of the second level. */
export function headingsIn(text: string): string[] {
  return [...text.matchAll(/^## (.+)$/gm)].map(([, words = '']) => words)
}

/** As other readers of Markdown make it: "At 3 a.m." → at-3-am */
export function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-')
}
