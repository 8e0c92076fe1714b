import { Readable } from 'node:stream'
import type { TSchema } from 'typebox'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Declaration } from '../src/contract/endpoint.ts'
import { doorsWorld, fill, operations } from './doors-world.ts'
import type { Call, DoorsWorld } from './doors-world.ts'

/** An input that must be refused, and with what. */
interface Fault {
  what: string
  url?: string
  call: Call
  code: string
}

let world: DoorsWorld
let before: string
beforeAll(async () => {
  world = await doorsWorld()
  before = await world.stored()
})
afterAll(() => world.close())

const statuses: Record<string, number> = {
  invalid_request: 400,
  not_found: 404,
  payload_too_large: 413,
  unsupported_media_type: 415,
}

const json = { 'content-type': 'application/json' }
const bodyLimit = 128 * 1024

function schemaOf(schema: TSchema | undefined): TSchema {
  // A reference keeps what it refers to under a symbol.
  const [symbol] = Object.getOwnPropertySymbols(schema ?? {})
  if (!schema || !('$ref' in schema) || symbol === undefined) return schema ?? {}
  return Reflect.get(schema, symbol) as TSchema
}

type Properties = Record<string, TSchema & { type?: string; maxLength?: number }>
const propertiesOf = (schema: TSchema) =>
  'properties' in schema ? (schema.properties as Properties) : {}
const requiredOf = (schema: TSchema) => ('required' in schema ? (schema.required as string[]) : [])

/** What may be wrong with any body, whatever it should hold. */
function rawFaults(): Fault[] {
  const payloads: [string, string | Buffer][] = [
    ['broken JSON', '{"a":'],
    ['a word that is none of JSON', 'nothing'],
    ['something after the JSON', '{} {}'],
    ['a list', '[]'],
    ['a text', '"text"'],
    ['a number', '1'],
    ['null', 'null'],
    ['an unknown field', '{"surprise":1}'],
    ['__proto__', '{"__proto__":{"role":"admin"}}'],
    ['__proto__, escaped', String.raw`{"__pr\u006fto__":{"role":"admin"}}`],
    ['constructor', '{"constructor":{"prototype":{"role":"admin"}}}'],
    ['invalid UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])],
    ['half a UTF-8 character', Buffer.from('{"a":"\u{1F600}"}').subarray(0, 8)],
    ['UTF-16', Buffer.from('{"a":1}', 'utf16le')],
    ['17 levels', `${'['.repeat(17)}${']'.repeat(17)}`],
    ['60,000 levels', '['.repeat(60_000)],
    ['a NUL in a key', String.raw`{"a\u0000":1}`],
  ]
  const code = 'invalid_request'
  return payloads.map(([what, payload]) => ({ what, call: { headers: json, payload }, code }))
}

function sizeFaults(): Fault[] {
  const payload = `{"text":"${'x'.repeat(bodyLimit)}"}`
  const code = 'payload_too_large'
  return [
    { what: 'too large', call: { headers: json, payload }, code },
    {
      what: 'too large, in chunks',
      call: { headers: json, payload: Readable.from([payload, payload]) },
      code,
    },
    {
      what: 'said to be too large',
      call: { headers: { ...json, 'content-length': '99999999' }, payload: '{}' },
      code,
    },
  ]
}

function typeFaults(body: object): Fault[] {
  const types = [
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/xml',
    'application/jsonp',
    'text/json',
    '',
    'nonsense',
  ]
  return types.map((type) => ({
    what: `content type "${type}"`,
    call: { headers: { 'content-type': type }, payload: JSON.stringify(body) },
    code: 'unsupported_media_type',
  }))
}

/** Each property of a valid body, spoiled in every way its schema forbids. */
function fieldFaults(schema: TSchema, valid: Record<string, unknown>): Fault[] {
  const bodies: [string, unknown][] = [['an unknown field', { ...valid, surprise: 1 }]]
  for (const name of requiredOf(schema)) {
    const { [name]: _, ...rest } = valid
    bodies.push([`no ${name}`, rest])
  }
  for (const [name, property] of Object.entries(propertiesOf(schema))) {
    for (const wrong of wrongValues(property))
      bodies.push([`${name}: ${JSON.stringify(wrong).slice(0, 30)}`, { ...valid, [name]: wrong }])
  }
  const code = 'invalid_request'
  return bodies.map(([what, body]) => ({
    what,
    call: { headers: json, payload: JSON.stringify(body) },
    code,
  }))
}

function wrongValues(
  property: TSchema & { type?: string; maxLength?: number; anyOf?: TSchema[] },
): unknown[] {
  const kinds = [property, ...(property.anyOf ?? [])].map((kind) =>
    'type' in kind ? kind.type : undefined,
  )
  const values: unknown[] = [{}, { length: 1 }]
  if (!kinds.includes('null')) values.push(null)
  if (!kinds.includes('array')) values.push([], ['x'])
  if (!kinds.includes('boolean')) values.push(true)
  if (!kinds.includes('integer')) values.push(1)
  if (kinds.includes('integer')) values.push('1', 1.5, -1, 2 ** 53, 1e300)
  if (kinds.includes('string'))
    values.push('a\0b', '\uD800', 'x\uDC00x', 'x'.repeat((property.maxLength ?? 10_000) + 1))
  else values.push('text')
  return values
}

function queryFaults({ query }: Declaration, url: string, valid: Record<string, string>): Fault[] {
  const known = propertiesOf(schemaOf(query))
  const queries: [string, string][] = [
    ['an unknown parameter', 'surprise=1'],
    ['__proto__', '__proto__=1'],
    ['NUL in a name', '%00=1'],
  ]
  const bad: Record<string, string[]> = {
    limit: [
      '0',
      '201',
      '-1',
      '1.5',
      'abc',
      '',
      '1e999',
      '99999999999999999999',
      '1&limit=2',
      '%00',
      '[]',
      'null',
      'true',
    ],
    cursor: [
      'x',
      '%F0',
      'W10',
      'bnVsbA',
      'e30',
      '!!',
      'a'.repeat(513),
      'a&cursor=b',
      '%00',
      'WyJ4IiwieCIsIngiXQ',
      'WzEsMiwzXQ',
    ],
    q: ['%00', 'a%00', 'a'.repeat(101), 'a&q=b'],
    status: ['deleted', '', 'active&status=active'],
  }
  for (const bound of ['before', 'after', 'around'])
    bad[bound] = [
      '-1',
      'x',
      '1.5',
      '9007199254740992',
      '1e400',
      '',
      '%00',
      '1&before=2&after=3&around=4&1=1',
    ]
  for (const name of Object.keys(known))
    for (const value of bad[name] ?? []) queries.push([name, `${name}=${value}`])
  const rest = new URLSearchParams(valid).toString()
  return queries.map(([name, query]) => {
    const others = name in valid ? '' : `${rest}&`
    return {
      what: `?${query.slice(0, 60)}`,
      url: `${url}?${others}${query}`,
      call: {},
      code: 'invalid_request',
    }
  })
}

const badIds = [
  'abc',
  '0',
  '%00',
  '%ED%A0%80',
  'null',
  '%ff',
  '%',
  '..%2f..%2fetc',
  "'--",
  'urn:uuid:0197f0c4-6c8e-7d1a-9b8e-2f6a4d0c1b2a',
  '0197F0C4-6C8E-7D1A-9B8E-2F6A4D0C1B2A',
  '0197f0c4-6c8e-7d1a-9b8e-2f6a4d0c1b2',
  '%7B0197f0c4-6c8e-7d1a-9b8e-2f6a4d0c1b2a%7D',
  'x'.repeat(200),
  'x'.repeat(250),
  '__proto__',
]
const badSeqs = [
  '-1',
  '1.5',
  'x',
  '9007199254740992',
  '1e400',
  '%00',
  '%20',
  'NaN',
  '99999999999999999999999',
]

function pathFaults({ path, params }: Declaration): Fault[] {
  const names = Object.keys(propertiesOf(schemaOf(params)))
  const values = {
    roomId: world.group.id,
    userId: world.ben.userId,
    sessionId: world.group.id,
    seq: '1',
  }
  return names.flatMap((name) =>
    (name === 'seq' ? badSeqs : badIds).map((bad) => ({
      what: `${name} ${bad.slice(0, 50)}`,
      url: fill(path, { ...values, [name]: bad }),
      call: {},
      // What cannot be decoded is nobody's address.
      code: /^%(?:ff|ED|$)/.test(bad) ? 'not_found' : 'invalid_request',
    })),
  )
}

describe('every operation refuses', () => {
  const protectedToken = (operation: Declaration) =>
    (operation.access === 'admin' ? world.root : world.ada).session?.accessToken

  /** Sends each and keeps what was not refused as it must be. */
  async function unrefused(operation: Declaration, faults: Fault[]): Promise<string[]> {
    const found: string[] = []
    const { method } = operation
    const valid = world.validInput(operation)
    const token = protectedToken(operation)
    for (const { what, url = withQuery(valid), call, code } of faults) {
      const body =
        valid.body && !call.payload ? { headers: json, payload: JSON.stringify(valid.body) } : {}
      const answer = await world.call(method, url, { ...body, ...call, token })
      const expected = `${statuses[code]} ${code} application/problem+json`
      const actual = `${answer.status} ${answer.code} ${answer.type.split(';')[0]}`
      if (actual !== expected) found.push(`${what}: ${actual} ${answer.text.slice(0, 200)}`)
      else if (answer.body.requestId !== answer.headers['x-request-id'])
        found.push(`${what}: no request id`)
    }
    return found
  }
  const withQuery = ({ url, query }: { url: string; query: Record<string, string> }) =>
    `${url}?${new URLSearchParams(query).toString()}`
  const named = operations.map(
    (operation) => [`${operation.method} ${operation.path}`, operation] as const,
  )
  const withBody = named.filter(([, { method }]) => method !== 'GET')

  it.each(withBody)(
    '%s: a body that is no JSON object, too large, too deep, of another type',
    async (_, operation) => {
      expect(
        await unrefused(operation, [...rawFaults(), ...sizeFaults(), ...typeFaults({})]),
      ).toEqual([])
    },
  )
  it.each(named.filter(([, { body }]) => body))(
    '%s: a field that is unknown, missing or of another type',
    async (_, operation) => {
      const { body = {} } = world.validInput(operation)
      const faults = fieldFaults(schemaOf(operation.body), body)
      if (!operation.bodyOptional)
        faults.push({
          what: 'no body',
          call: { headers: json, payload: '' },
          code: 'invalid_request',
        })
      expect(await unrefused(operation, faults)).toEqual([])
    },
  )
  it.each(named)('%s: a bad query', async (_, operation) => {
    const { url, query } = world.validInput(operation)
    expect(await unrefused(operation, queryFaults(operation, url, query))).toEqual([])
  })
  it.each(named.filter(([, { params }]) => params))('%s: a bad path', async (_, operation) => {
    expect(await unrefused(operation, pathFaults(operation))).toEqual([])
  })
  it('and nothing was stored', async () => {
    expect(await world.stored()).toBe(before)
  })
})
