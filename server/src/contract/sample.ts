import { isObject } from './components.ts'
import type { Json, JsonObject } from './components.ts'

const byFormat: Record<string, string> = {
  uuid: '0192f0c1-7a5e-7c3b-9d2e-5f1a2b3c4d5e',
  'date-time': '2026-11-22T12:00:00.000Z',
  email: 'ada@example.org',
  uri: 'https://example.org/',
}

/**
 * A value that fits a published schema, for examples in documents: the author's `examples` where
 * there are some, else the plainest value. `components` resolves references.
 */
export function sample(schema: Json, components: JsonObject): Json {
  if (!isObject(schema)) return null
  if (Array.isArray(schema.examples) && schema.examples[0] !== undefined) return schema.examples[0]
  if (typeof schema.$ref === 'string') return sample(targetOf(schema.$ref, components), components)
  if (schema.const !== undefined) return schema.const
  if (Array.isArray(schema.enum)) return schema.enum[0] ?? null
  for (const choice of [schema.anyOf, schema.oneOf]) {
    if (Array.isArray(choice)) return sample(choice[0] ?? null, components)
  }
  return sampleOfType(schema, components)
}

function sampleOfType(schema: JsonObject, components: JsonObject): Json {
  const type = typeof schema.type === 'string' ? schema.type : 'null'
  switch (type) {
    case 'object':
      return sampleObject(schema, components)
    case 'array':
      return schema.items === undefined ? [] : [sample(schema.items, components)]
    case 'string':
      return sampleText(schema)
    case 'integer':
    case 'number':
      return typeof schema.minimum === 'number' ? Math.max(schema.minimum, 1) : 1
    case 'boolean':
      return true
    default:
      return null
  }
}

/** Optional fields appear too: an example shows what there is. */
function sampleObject({ properties }: JsonObject, components: JsonObject): JsonObject {
  if (!isObject(properties)) return {}
  const fields = Object.entries(properties)
  return Object.fromEntries(fields.map(([name, field]) => [name, sample(field, components)]))
}

function sampleText({ format, minLength }: JsonObject): string {
  const known = typeof format === 'string' ? byFormat[format] : undefined
  return known ?? 'text'.padEnd(typeof minLength === 'number' ? minLength : 0, 't')
}

function targetOf(ref: string, components: JsonObject): Json {
  return components[ref.slice(ref.lastIndexOf('/') + 1)] ?? null
}
