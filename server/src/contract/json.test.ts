import fc from 'fast-check'
import { expect, test } from 'vitest'
import { AppError } from './error-codes.ts'
import { assertCleanText, parseClientJson } from './json.ts'

function refusalOf(source: string): string {
  try {
    parseClientJson(source)
  } catch (error) {
    if (error instanceof AppError && error.code === 'invalid_request') {
      return (
        error.errors?.map(({ pointer, detail }) => `${pointer} ${detail}`).join() ?? error.message
      )
    }
    throw error
  }
  return ''
}

const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`

test('whatever JSON holds comes through as it was', () => {
  const anything = fc.jsonValue({ maxDepth: 5 })
  const storable = anything.filter((value) => !JSON.stringify(value).includes(String.raw`\u`))
  fc.assert(
    fc.property(storable, (value) => {
      expect(parseClientJson(JSON.stringify(value))).toEqual(JSON.parse(JSON.stringify(value)))
    }),
    { seed: 11, numRuns: 200 },
  )
})

test('whatever is no JSON is refused with one answer, never another error', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 50 }), (text) => {
      expect(refusalOf(`${text} }`)).toMatch(/not valid JSON|nested deeper/)
    }),
    { seed: 12, numRuns: 1000 },
  )
})

test('16 levels are read, 17 are not, however they are spelt', () => {
  expect(refusalOf(nested(16))).toBe('')
  expect(refusalOf(nested(17))).toBe('the JSON is nested deeper than 16')
  expect(refusalOf(`${'{"a":'.repeat(17)}1${'}'.repeat(17)}`)).toMatch('deeper')
  expect(refusalOf(`{"a":${nested(16)}}`)).toMatch('deeper')
})

test('brackets inside a text are no levels; side by side they are one', () => {
  expect(refusalOf(JSON.stringify({ text: '['.repeat(100) }))).toBe('')
  expect(refusalOf(JSON.stringify({ text: String.raw`\"[`.repeat(100) }))).toBe('')
  expect(refusalOf(`[${Array<string>(1000).fill('[]').join()}]`)).toBe('')
})

test('depth is judged before anything is parsed: a hundred thousand levels cost nothing', () => {
  const began = performance.now()
  expect(refusalOf('['.repeat(130_000))).toMatch('deeper')
  expect(refusalOf('{"a":'.repeat(26_000))).toMatch('deeper')
  expect(performance.now() - began).toBeLessThan(100)
})

test('NUL and half characters are refused wherever they hide, and the answer says where', () => {
  const detail = 'must not contain NUL or lone surrogates'
  const hidden: Record<string, string> = {
    [String.raw`{"a":"\u0000"}`]: `/a ${detail}`,
    [String.raw`{"a":["x","\ud800"]}`]: `/a/1 ${detail}`,
    [String.raw`{"a":"\udc00\ud800"}`]: `/a ${detail}`,
    [String.raw`{"a/b~c":"\u0000"}`]: `/a~1b~0c ${detail}`,
    [String.raw`{"a":{"\u0000":1}}`]: `/a ${detail}`,
    [String.raw`"\uDBFF"`]: ` ${detail}`,
    [String.raw`{"__proto__":"\u0000"}`]: `/__proto__ ${detail}`,
  }
  for (const [source, refusal] of Object.entries(hidden)) expect(refusalOf(source)).toBe(refusal)
  expect(refusalOf(String.raw`{"a":"\ud83d\ude00 \u00e9 \\u0000"}`)).toBe('')
})

test('a name like __proto__ is a name, and changes no object', () => {
  const value = parseClientJson('{"__proto__":{"admin":true},"constructor":{"prototype":{"x":1}}}')
  expect(Object.keys(value as object)).toEqual(['__proto__', 'constructor'])
  expect(Object.getPrototypeOf(value)).toBe(Object.prototype)
  expect({}).not.toHaveProperty('admin')
})

test('a value that is no text has nothing unclean', () => {
  for (const value of [null, undefined, 1, true, [], {}]) assertCleanText(value, '')
})
