import { describe, expect, it, test } from 'vitest'
import { isOnlyEmoji, plainText, readMarkdown } from './markdown.ts'

const text = (value: string) => ({ type: 'text', text: value })
const paragraph = (...pieces: object[]) => ({ type: 'paragraph', pieces })

describe('the Markdown of messages', () => {
  it('knows bold, italic, struck, code, and lines as they were written', () => {
    expect(readMarkdown('**b** _i_ ~~s~~ `c < d`\nnext')).toEqual([
      paragraph(
        { type: 'strong', pieces: [text('b')] },
        text(' '),
        { type: 'em', pieces: [text('i')] },
        text(' '),
        { type: 'del', pieces: [text('s')] },
        text(' '),
        { type: 'code', text: 'c < d' },
        { type: 'break' },
        text('next'),
      ),
    ])
  })

  it('knows quotes, lists and blocks of code', () => {
    expect(readMarkdown('> said\n\n- a\n- b\n\n3. c\n\n```ts\nlet x\n```')).toEqual([
      { type: 'quote', pieces: [paragraph(text('said'))] },
      {
        type: 'list',
        start: undefined,
        pieces: [
          { type: 'item', pieces: [text('a')] },
          { type: 'item', pieces: [text('b')] },
        ],
      },
      { type: 'list', start: 3, pieces: [{ type: 'item', pieces: [text('c')] }] },
      { type: 'codeBlock', text: 'let x' },
    ])
  })

  it('makes links of addresses, and lets them lead to http, https and mailto only', () => {
    const link = (href: string, label = href) => ({ type: 'link', href, pieces: [text(label)] })
    expect(readMarkdown('https://example.org/a, ada@example.org')).toEqual([
      paragraph(
        link('https://example.org/a'),
        text(', '),
        link('mailto:ada@example.org', 'ada@example.org'),
      ),
    ])
    for (const raw of [
      '[x](javascript:alert(1))',
      '[x](JavaScript:alert(1))',
      '[x](data:text/html,hi)',
      '[x](/v1/users)',
      '![x](vbscript:x)',
    ]) {
      expect(readMarkdown(raw)).toEqual([paragraph(text(raw))])
    }
    expect(readMarkdown('![cat](https://example.org/cat.png)')).toEqual([
      paragraph(link('https://example.org/cat.png', 'cat')),
    ])
  })

  it('leaves what belongs to documents, and HTML, as it was written', () => {
    const raws = [
      '# ubuntu',
      '<b>x</b>',
      '<script>alert(1)</script>',
      '    four spaces',
      'a_b_c',
      '| a |',
      '&lt;',
    ]
    for (const raw of raws) expect(readMarkdown(raw)).toEqual([paragraph(text(raw))])
  })

  it('reads marks inside of each other, and leaves those that close nothing', () => {
    expect(readMarkdown('**a *b***')).toEqual([
      paragraph({ type: 'strong', pieces: [text('a '), { type: 'em', pieces: [text('b')] }] }),
    ])
    expect(readMarkdown('*a **b** c*')).toEqual([
      paragraph({
        type: 'em',
        pieces: [text('a '), { type: 'strong', pieces: [text('b')] }, text(' c')],
      }),
    ])
    for (const raw of [
      '2 * 3 * 4',
      'snake_case_name',
      '**',
      '* a',
      '~/x ~/y',
      'a ` b',
      '*a',
      '_x_y',
      '(!)',
    ]) {
      const read = readMarkdown(raw)
      expect(JSON.stringify(read)).not.toMatch(/"(em|strong|del|code)"/)
    }
    expect(readMarkdown('`**a**` \\*b\\* **`**`**')).toEqual([
      paragraph({ type: 'code', text: '**a**' }, text(' *b* '), {
        type: 'strong',
        pieces: [{ type: 'code', text: '**' }],
      }),
    ])
  })

  it('ends an address before the sentence does', () => {
    const hrefs = (raw: string) => JSON.stringify(readMarkdown(raw)).match(/(?<="href":")[^"]+/g)
    expect(hrefs('see https://example.org/a_(b). Or (www.example.org/x)!')).toEqual([
      'https://example.org/a_(b)',
      'https://www.example.org/x',
    ])
    expect(hrefs('**https://example.org/a** <https://example.org/?q=1>,')).toEqual([
      'https://example.org/a',
      'https://example.org/?q=1',
    ])
    expect(hrefs('[a *b*](https://example.org/ "title") nothttps://x.y')).toEqual([
      'https://example.org/',
    ])
  })

  it('nests lists and quotes, so deep and no deeper', () => {
    expect(readMarkdown('- a\n  - b\n- c')).toEqual([
      {
        type: 'list',
        start: undefined,
        pieces: [
          {
            type: 'item',
            pieces: [
              text('a'),
              { type: 'list', start: undefined, pieces: [{ type: 'item', pieces: [text('b')] }] },
            ],
          },
          { type: 'item', pieces: [text('c')] },
        ],
      },
    ])
    expect(JSON.stringify(readMarkdown('> '.repeat(50) + 'x')).match(/"quote"/g)).toHaveLength(4)
  })

  it('takes no longer for hostile texts', () => {
    const hostile = [
      '`',
      '[',
      '> ',
      '*',
      '**a ',
      '_a ',
      '*a_',
      '![',
      '[a](',
      '`a``',
      '- ',
      'www.',
      'a@',
      '\\',
    ]
    const started = performance.now()
    for (const part of hostile) {
      expect(readMarkdown(part.repeat(8000 / part.length)).length).toBeGreaterThanOrEqual(0)
    }
    expect(performance.now() - started).toBeLessThan(1500)
  })
})

test('as one line it is what one reads, without its marks', () => {
  expect(plainText('**a** ~~b~~\n[c](https://example.org)\n\n> d\n\n- e\n- f')).toBe('a b c d e, f')
  expect(plainText('```\nlet  x\n```')).toBe('let x')
})

test('a few emoji alone are large, digits and words are not', () => {
  for (const large of ['👍', '🎉 🎉', '👩‍👩‍👧', '🇩🇪', '❤️', '👋🏽', '1️⃣'])
    expect([large, isOnlyEmoji(large)]).toEqual([large, true])
  for (const usual of ['1', '12', '#', 'ok 👍', '', '👍'.repeat(7)])
    expect([usual, isOnlyEmoji(usual)]).toEqual([usual, false])
})
