/** Values that fit a schema, mostly, and those that nearly do: for fuzzing. */
import fc from 'fast-check'
import type { Arbitrary } from 'fast-check'
import type { TSchema } from 'typebox'

/** What is written instead of a wire shape's own keywords. */
interface Keywords {
  type?: string
  enum?: unknown[]
  const?: unknown
  anyOf?: TSchema[]
  items?: TSchema
  properties?: Record<string, TSchema>
  required?: string[]
  format?: string
  maxLength?: number
  minimum?: number
  maximum?: number
}

/** A value as this schema describes it, one in `1 / spoilt` of its parts replaced by another. `ids`
 *  are those that mean something to the server. */
export function valueOf(schema: TSchema, ids: Arbitrary<string>, spoilt = 20): Arbitrary<unknown> {
  const fitting = fittingValue(targetOf(schema), ids, spoilt)
  return fc.oneof({ weight: spoilt, arbitrary: fitting }, { weight: 1, arbitrary: anything })
}

/** What no schema wants, and what parsers and databases stumble over. */
export const strangeTexts = [
  '',
  ' ',
  '\0',
  '\uD800',
  'null',
  '-1',
  '1e999',
  '%',
  '\\',
  "';--",
  '{}',
  '\u202E',
  '\uFEFF',
  'a'.repeat(300),
  '\u{1F600}'.repeat(70),
  '__proto__',
  'constructor',
  '$1',
  '{1,2}',
  '../..',
  '\r\nSet-Cookie: a=b',
]
const strangeNumbers = [0, -0, -1, 1.5, 201, 2 ** 31, 2 ** 53, -(2 ** 53), 1e300, 5e-324]
const anything: Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(...strangeTexts, ...strangeNumbers, null, true, [], {}),
  fc.jsonValue({ maxDepth: 2 }),
)

/** A reference keeps what it refers to under a symbol. */
export function targetOf(schema: TSchema): TSchema & Keywords {
  const [symbol] = Object.getOwnPropertySymbols(schema)
  if (!('$ref' in schema) || symbol === undefined) return schema
  return Reflect.get(schema, symbol) as TSchema
}

function fittingValue(
  schema: Keywords,
  ids: Arbitrary<string>,
  spoilt: number,
): Arbitrary<unknown> {
  if (schema.enum) return fc.constantFrom(...schema.enum)
  if ('const' in schema) return fc.constant(schema.const)
  if (schema.anyOf) return fc.oneof(...schema.anyOf.map((one) => valueOf(one, ids, spoilt)))
  if (schema.type === 'object') return objectOf(schema, ids, spoilt)
  if (schema.type === 'array') {
    return fc.array(schema.items ? valueOf(schema.items, ids, spoilt) : anything, { maxLength: 4 })
  }
  if (schema.type === 'integer') return integerOf(schema)
  if (schema.type === 'boolean') return fc.boolean()
  if (schema.type === 'null') return fc.constant(null)
  return textOf(schema, ids)
}

function objectOf(
  { properties = {}, required = [] }: Keywords,
  ids: Arbitrary<string>,
  spoilt: number,
): Arbitrary<unknown> {
  const parts = Object.entries(properties).map(([name, schema]) => [
    name,
    valueOf(schema, ids, spoilt),
  ])
  const fitting: Arbitrary<object> = fc.record(Object.fromEntries(parts), {
    requiredKeys: required as never[], // the record's keys are known at run time only
  })
  const faulty = fc.tuple(fitting, fc.constantFrom(...strangeTexts), anything)
  return fc.oneof(
    { weight: spoilt, arbitrary: fitting },
    { weight: 1, arbitrary: faulty.map(([value, name, more]) => ({ ...value, [name]: more })) },
    {
      weight: 1,
      arbitrary: fitting.map((value) => Object.fromEntries(Object.entries(value).slice(1))),
    },
  )
}

function integerOf({ minimum = 0, maximum = 200 }: Keywords): Arbitrary<number> {
  return fc.oneof(
    fc.integer({ min: 0, max: 12 }),
    fc.constantFrom(minimum, maximum),
    fc.maxSafeInteger(),
  )
}

function textOf({ format, maxLength = 200 }: Keywords, ids: Arbitrary<string>): Arbitrary<string> {
  if (format === 'uuid') return ids
  if (format === 'email') return fc.emailAddress()
  return fc.oneof(
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: Math.min(maxLength, 40) }),
    fc.stringMatching(/^[a-z]{3,8}$/),
    fc.constantFrom(...strangeTexts),
  )
}
