/** What can be wrong with a request to an operation, made from its declaration. */
import { Readable } from 'node:stream'
import type { TSchema } from 'typebox'
import type { Declaration } from '../src/contract/endpoint.ts'
import { fill } from './doors-world.ts'
import type { Call } from './doors-world.ts'
import { targetOf } from './schema-arbitrary.ts'

/** An input that must be refused, and with what. */
export interface Fault {
  what: string
  /** Instead of a valid address. */
  url?: string
  /** Instead of a valid body. */
  call: Call
  code: 'invalid_request' | 'not_found' | 'payload_too_large' | 'unsupported_media_type'
  /** Where the answer says the fault is. */
  pointer?: string
}

export const json = { 'content-type': 'application/json' }
const code = 'invalid_request'
const propertiesOf = (schema: TSchema) => targetOf(schema).properties ?? {}

/** Of any body, whatever it should hold. */
export function bodyFaults(): Fault[] {
  const payloads: [string, string | Buffer][] = [
    ['broken JSON', '{"a":'],
    ['a word that is none of JSON', 'nothing'],
    ['something after the JSON', '{} {}'],
    ['a list', '[]'],
    ['a text', '"text"'],
    ['a number', '1'],
    ['null', 'null'],
    ['__proto__', '{"__proto__":{"role":"admin"}}'],
    ['__proto__, escaped', String.raw`{"__pr\u006fto__":{"role":"admin"}}`],
    ['constructor', '{"constructor":{"prototype":{"role":"admin"}}}'],
    ['invalid UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])],
    ['half a UTF-8 character', Buffer.from('{"a":"\u{1F600}"}').subarray(0, 8)],
    ['UTF-16', Buffer.from('{"a":1}', 'utf16le')],
    ['17 levels', `${'['.repeat(17)}${']'.repeat(17)}`],
    ['60,000 levels', '['.repeat(60_000)],
    ['a NUL in a name', String.raw`{"a\u0000":1}`],
  ]
  const faults = payloads.map(([what, payload]): Fault => ({
    what,
    call: { headers: json, payload },
    code,
  }))
  return [...faults, ...sizeFaults(), ...typeFaults()]
}

function sizeFaults(): Fault[] {
  const payload = `{"text":"${'x'.repeat(128 * 1024)}"}`
  const calls: [string, Call][] = [
    ['too large', { headers: json, payload }],
    ['too large, in chunks', { headers: json, payload: Readable.from([payload, payload]) }],
    ['said to be too large', { headers: { ...json, 'content-length': '99999999' }, payload: '{}' }],
  ]
  return calls.map(([what, call]) => ({ what, call, code: 'payload_too_large' }))
}

function typeFaults(): Fault[] {
  const types = ['text/plain', 'application/x-www-form-urlencoded', 'application/xml', 'text/json']
  const others = ['multipart/form-data; boundary=x', 'application/jsonp', 'nonsense', '']
  return [...types, ...others].map((type) => ({
    what: `content type "${type}"`,
    call: { headers: { 'content-type': type }, payload: '{}' },
    code: 'unsupported_media_type',
  }))
}

/** Each property of a valid body, spoiled in every way its schema forbids. */
export function fieldFaults(body: TSchema, valid: Record<string, unknown>): Fault[] {
  const { required = [] } = targetOf(body)
  const unknown: [string, object][] = [['/surprise', { ...valid, surprise: 1 }]]
  const missing = required.map((name): [string, object] => [
    `/${name}`,
    { ...valid, [name]: undefined },
  ])
  const wrong = Object.entries(propertiesOf(body)).flatMap(([name, property]) =>
    wrongValues(property).map((value): [string, object] => [
      `/${name}`,
      { ...valid, [name]: value },
    ]),
  )
  return [...unknown, ...missing, ...wrong].map(([pointer, spoiled]) => {
    const payload = JSON.stringify(spoiled)
    return { what: payload.slice(0, 300), call: { headers: json, payload }, code, pointer }
  })
}

function wrongValues(property: TSchema): unknown[] {
  const { maxLength = 10_000, anyOf = [] } = targetOf(property)
  const kinds = [property, ...anyOf].map((kind) => targetOf(kind).type)
  const texts = ['a\0b', '\uD800', 'x\uDC00x', 'x'.repeat(maxLength + 1)]
  const numbers = ['1', 1.5, -1, 2 ** 53, 1e300]
  return [
    ...(kinds.includes('object') ? [{ length: 1 }] : [{}, { length: 1 }]),
    ...(kinds.includes('null') ? [] : [null]),
    ...(kinds.includes('array') ? [] : [[], ['x']]),
    ...(kinds.includes('boolean') ? [] : [true]),
    ...(kinds.includes('integer') ? numbers : [1]),
    ...(kinds.includes('string') ? texts : ['text']),
  ]
}

const badSeqs = ['-1', '1.5', 'x', '', '9007199254740992', '1e400', '%00', '0x1', '%201']
const badLimits = ['0', '201', '-1', '1.5', 'abc', '', '1e999', '9'.repeat(20), '%00', '[]', 'true']
const badCursors = ['x', '%F0', 'W10', 'bnVsbA', 'e30', '!!', 'a'.repeat(513), '%00', 'WzEsMiwzXQ']
const badQueries: Record<string, readonly string[]> = {
  limit: [...badLimits, '1&limit=2'],
  cursor: [...badCursors, 'a&cursor=b', 'WyJ4IiwieCIsIngiXQ'],
  q: ['%00', 'a%00', 'a'.repeat(101), 'a&q=b'],
  status: ['deleted', '', 'active&status=active'],
  before: [...badSeqs, '1&before=2'],
  after: [...badSeqs, '1&after=2'],
  around: [...badSeqs, '1&around=2'],
}

/** Of the query; the other parameters are those of a valid one. */
export function queryFaults(
  { query }: Declaration,
  { url, query: valid }: { url: string; query: Record<string, string> },
): Fault[] {
  const known = Object.keys(query ? propertiesOf(query) : {}).flatMap((name) =>
    (badQueries[name] ?? []).map((value): [string, string] => [name, `${name}=${value}`]),
  )
  const unknown: [string, string][] = [
    ['surprise', 'surprise=1'],
    ['__proto__', '__proto__=1'],
    ['', '%00=1'],
  ]
  const isClosed = query === undefined || Reflect.get(query, 'additionalProperties') === false
  return [...(isClosed ? unknown : []), ...known].map(([name, text]) => {
    const others = new URLSearchParams(valid)
    others.delete(name)
    const pointer = name === '' ? '' : `/${name}`
    return {
      what: `?${text.slice(0, 60)}`,
      url: `${url}?${others}&${text}`,
      call: {},
      code,
      pointer,
    }
  })
}

const id = '0197f0c4-6c8e-7d1a-9b8e-2f6a4d0c1b2a'
const badIds = ['abc', '0', 'null', "'--", '__proto__', '%00', '..%2f..%2fetc', 'x'.repeat(250)]
const nearlyIds = [id.toUpperCase(), `urn:uuid:${id}`, `%7B${id}%7D`, id.slice(1), `${id}%20`]
/** What cannot be decoded is nobody's address. */
const undecodable = ['%ED%A0%80', '%ff', '%']

/** Of those that are no ids. */
const badParts: Record<string, readonly string[]> = {
  seq: badSeqs.filter((text) => text !== ''),
  provider: ['x'.repeat(33)],
}

/** Of each part of the path; the others are `values`. */
export function pathFaults({ path, params }: Declaration, values: Record<string, string>): Fault[] {
  return Object.keys(params ? propertiesOf(params) : {}).flatMap((name) => {
    const spoiled = (bad: string) => ({
      what: `${name} ${bad.slice(0, 50)}`,
      url: fill(path, { ...values, [name]: bad }),
      call: {},
    })
    const bad = badParts[name] ?? [...badIds, ...nearlyIds]
    return [
      ...bad.map((text): Fault => ({ ...spoiled(text), code, pointer: `/${name}` })),
      ...undecodable.map((text): Fault => ({ ...spoiled(text), code: 'not_found' })),
    ]
  })
}
