import { Type } from 'typebox'
import { expect, test } from 'vitest'
import {
  Id,
  Nullable,
  Seq,
  Struct,
  Time,
  named,
  pageQuery,
  ref,
  visibleCharacter,
} from './schema.ts'
import { Validators } from './validator.ts'

const Note = named('Note', Struct({ text: Type.String({ minLength: 1 }), seq: Nullable(Seq) }))
const validators = new Validators([Note])

test('a body is never coerced', () => {
  const check = validators.strict(Struct({ seq: Seq, done: Type.Boolean(), text: Type.String() }))
  expect(check({ seq: 1, done: true, text: '1' })).toBeUndefined()
  for (const [name, wrong] of [
    ['seq', '1'],
    ['done', 'true'],
    ['done', 1],
    ['text', 1],
  ] as const) {
    const faults = check({ seq: 1, done: true, text: '1', [name]: wrong })
    expect(faults).toEqual([{ pointer: `/${name}`, detail: expect.stringMatching(/^must be /) }])
  }
})

test('a fault says where it is, in the words of RFC 6901', () => {
  const check = validators.strict(Struct({ notes: Type.Array(ref(Note)) }))
  const faultOf = (notes: unknown) => check({ notes })?.[0]
  expect(
    faultOf([
      { text: 'a', seq: 1 },
      { text: '', seq: 1 },
    ]),
  ).toEqual({
    pointer: '/notes/1/text',
    detail: 'must NOT have fewer than 1 characters',
  })
  expect(faultOf([{ seq: 1 }])).toEqual({ pointer: '/notes/0/text', detail: 'is missing' })
  expect(faultOf([{ text: 'a', seq: 1, 'a/b~c': 1 }])).toEqual({
    pointer: '/notes/0/a~1b~0c',
    detail: 'is not known here',
  })
  expect(check([])?.[0]).toEqual({ pointer: '', detail: 'must be object' })
})

test('names that every object has are unknown all the same', () => {
  const check = validators.strict(Struct({}))
  for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty', '']) {
    const body: unknown = JSON.parse(`{${JSON.stringify(name)}:1}`)
    expect(check(body)).toEqual([{ pointer: `/${name}`, detail: 'is not known here' }])
  }
})

test('an id is a UUID as the database writes it', () => {
  const check = validators.strict(Struct({ id: Id }))
  const id = '0197f0c4-6c8e-7d1a-9b8e-2f6a4d0c1b2a'
  expect(check({ id })).toBeUndefined()
  const others = [
    id.toUpperCase(),
    `urn:uuid:${id}`,
    `{${id}}`,
    id.replaceAll('-', ''),
    `${id}\n`,
    '',
  ]
  for (const other of others) {
    expect(check({ id: other })).toEqual([
      { pointer: '/id', detail: 'must be a UUID in lower case' },
    ])
  }
})

test('a length is counted in characters, not in halves of them', () => {
  const check = validators.strict(Struct({ text: Type.String({ maxLength: 3 }) }))
  expect(check({ text: '\u{1F600}'.repeat(3) })).toBeUndefined()
  expect(check({ text: '\u{1F600}'.repeat(4) })).toHaveLength(1)
})

test('a text of which nothing shows is blank, whatever is in it', () => {
  const check = validators.strict(Struct({ text: Type.String({ pattern: visibleCharacter }) }))
  for (const text of [
    '',
    ' ',
    '\n\t\u00A0\u3000',
    '\u200B',
    '\u200E\u2060\uFEFF',
    '\u3164',
    '\uFE0F',
  ]) {
    expect(check({ text })).toEqual([
      { pointer: '/text', detail: 'must hold a character that shows' },
    ])
  }
  for (const text of [
    '.',
    ' \u200Ba',
    '\u2764\uFE0F',
    '\u0644\u200F',
    '\u{1F468}\u200D\u{1F469}',
  ]) {
    expect(check({ text })).toBeUndefined()
  }
})

test('numbers that JSON can hold and the database cannot are refused', () => {
  const check = validators.strict(Struct({ seq: Seq }))
  for (const text of ['-1', '1.5', '9007199254740992', '1e400', '-1e400', '1e-1']) {
    expect(check(JSON.parse(`{"seq":${text}}`))).toHaveLength(1)
  }
  for (const text of ['0', '-0', '1.0', '1e3', '9007199254740991']) {
    expect(check(JSON.parse(`{"seq":${text}}`))).toBeUndefined()
  }
})

test('in a path and a query whole numbers are read, and nothing like them', () => {
  const check = validators.coercing(Struct({ ...pageQuery, seq: Type.Optional(Seq) }))
  const query = { limit: '20', cursor: '7', seq: '9007199254740991' }
  expect(check(query)).toBeUndefined()
  expect(query).toEqual({ limit: 20, cursor: '7', seq: 9007199254740991 })
  const limits = ['', ' ', ' 1', '1 ', '+1', '1.0', '1e1', '0x10', '1_0', '１', 'Infinity', 'NaN']
  for (const limit of [...limits, '1e999', '0', '201', '-1', '9'.repeat(400), 'null', 'true']) {
    expect([limit, check({ limit })?.[0]?.pointer]).toEqual([limit, '/limit'])
  }
  expect(check({ limit: ['1', '2'] })?.[0]?.pointer).toBe('/limit')
  expect(check({ cursor: ['1', '2'] })?.[0]?.pointer).toBe('/cursor')
})

test('a time is RFC 3339', () => {
  const check = validators.strict(Struct({ at: Time }))
  expect(check({ at: '2026-11-22T12:24:24.500Z' })).toBeUndefined()
  for (const at of ['2026-11-22', 'now', '2026-02-30T00:00:00Z', '1']) {
    expect(check({ at })).toHaveLength(1)
  }
})
