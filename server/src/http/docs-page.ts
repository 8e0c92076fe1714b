import { markup } from './markup.ts'
import type { Markup } from './markup.ts'

interface ReadingPage {
  title: string
  /** Links into the page. */
  contents: Markup
  body: Markup
}

const pages = [
  ['/docs', 'HTTP'],
  ['/docs/socket', 'Socket'],
  ['/docs/protocol', 'Protocol'],
] as const

/** A list of links into the page, by the ids they lead to. */
export function linksTo(items: readonly (readonly [id: string, words: string])[]): Markup {
  return markup`<ul>${items.map(([id, words]) => markup`<li><a href="#${id}">${words}</a></li>`)}</ul>`
}

/** A page of documentation to be read, in the frame all of them share: no script, one stylesheet. */
export function readingPage({ title, contents, body }: ReadingPage): string {
  const links = pages.map(
    ([href, name]) =>
      markup`<a href="${href}"${name === title ? markup` aria-current="page"` : ''}>${name}</a>`,
  )
  return String(markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} · Parley</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/docs/reading.css">
</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
<header><a class="mark" href="/">Parley</a><nav aria-label="Documentation">${links}</nav></header>
<div class="page">
<nav class="contents" aria-label="On this page" tabindex="0"><details><summary>On this page</summary>${contents}</details></nav>
<main id="content">${body}</main>
</div>
</body>
</html>
`)
}
