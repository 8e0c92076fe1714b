import { readFileSync, readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { closeCodes } from '../src/contract/close-codes.ts'
import { errorCodes } from '../src/contract/error-codes.ts'

const root = new URL('../../', import.meta.url)
const page = readFileSync(new URL('docs/protocol.md', root), 'utf8')

/** Each rule's id and text. */
const rules = new Map(
  [...page.matchAll(/^- \*\*([A-Z]\d+)\*\* (.*)$/gm)].map(([, id = '', text = '']) => [id, text]),
)

/** The files that hold tests, each with the rules its titles begin with. */
const tried = new Map(
  ['server/src', 'server/test', 'sdk/src'].flatMap(testFilesIn).map((path) => [path, idsIn(path)]),
)

function testFilesIn(folder: string): string[] {
  const names = readdirSync(new URL(folder, root), { recursive: true }).map(String)
  const tests = names.filter((name) => /\.(test|contract)\.ts$/.test(name))
  return tests.map((name) => `${folder}/${name}`)
}

/** Of texts that begin like a title, with one rule, a range (S1 to S4) or several (P6, S7). */
function idsIn(path: string): Set<string> {
  const source = readFileSync(new URL(path, root), 'utf8')
  const titles = source.matchAll(/["'`]((?:[PLGHSE]\d+(?:, | to | and )?)+) /g)
  return new Set([...titles].flatMap(([, ids = '']) => idsOf(ids)))
}

function idsOf(named: string): string[] {
  const range = /^([A-Z])(\d+) to [A-Z](\d+)$/.exec(named)
  if (!range) return named.match(/[A-Z]\d+/g) ?? []
  const [, letter = '', first, last] = range
  const count = Number(last) - Number(first) + 1
  return Array.from({ length: count }, (_, n) => `${letter}${Number(first) + n}`)
}

test('the page has every rule, each once', () => {
  const expected = { P: 8, L: 8, G: 5, H: 6, S: 9, E: 4 }
  const ids = Object.entries(expected).flatMap(([letter, last]) =>
    idsOf(`${letter}1 to ${letter}${last}`),
  )
  expect([...rules.keys()]).toEqual(ids)
  expect(page.match(/^- \*\*[A-Z]\d+\*\*/gm)).toHaveLength(ids.length)
})

test('every rule that is built has a test whose title begins with its id', () => {
  const known = new Set([...tried.values()].flatMap((ids) => [...ids]))
  const built = [...rules].filter(([, text]) => !text.startsWith('*Not yet'))
  expect(built.filter(([id]) => !known.has(id)).map(([id]) => id)).toEqual([])
})

test('no title names a rule that is not on the page', () => {
  const strange = [...tried].flatMap(([path, ids]) =>
    [...ids].filter((id) => !rules.has(id)).map((id) => `${id} in ${path}`),
  )
  expect(strange).toEqual([])
})

test('the table names for every rule files that do try it', () => {
  const rows = [...page.matchAll(/^\| ([A-Z]\d+) \| (.*) \|$/gm)]
  expect(rows.map(([, id]) => id)).toEqual([...rules.keys()])
  const wrong = rows.flatMap(([, id = '', cell = '']) =>
    [...cell.matchAll(/`([^`]+)`/g)]
      .filter(([, path = '']) => !tried.get(path)?.has(id))
      .map(([, path]) => `${id} in ${path}`),
  )
  expect(wrong).toEqual([])
  const empty = rows.filter(([, , cell = '']) => !cell.includes('`')).map(([, id]) => id)
  expect(empty.filter((id = '') => !rules.get(id)?.startsWith('*Not yet'))).toEqual([])
})

test('every error code and every close code is on the page', () => {
  const codes = [
    ...Object.keys(errorCodes).map((code) => `\`${code}\``),
    ...Object.values(closeCodes).map(({ code }) => `| ${code} |`),
  ]
  expect(codes.filter((code) => !page.includes(code))).toEqual([])
})
