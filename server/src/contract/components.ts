import { collectComponents } from './schema.ts'

/** A piece of a published document: plain JSON. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }
export type JsonObject = { [key: string]: Json }

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

const folder = '#/components/schemas/'

/** A schema as documents show it: named ones, however they are reached, as references into the
 *  document's components. */
export function publish(schema: unknown): Json {
  if (schema === null || typeof schema === 'boolean' || typeof schema === 'number') return schema
  if (typeof schema === 'string') return schema
  if (Array.isArray(schema)) return schema.map(publish)
  if (typeof schema !== 'object') throw new TypeError(`a schema holds no ${typeof schema}`)
  if ('$ref' in schema && typeof schema.$ref === 'string') return reference(schema.$ref)
  if ('$id' in schema && typeof schema.$id === 'string') return reference(`${schema.$id}#`)
  return publishFields(schema)
}

function reference(ref: string): JsonObject {
  return { $ref: folder + ref.replace(/#$/, '') }
}

/** The fields of an object that stand in a document. */
export function publishFields(schema: object): JsonObject {
  const fields = Object.entries(schema).filter(
    ([key, value]) => key !== '$id' && value !== undefined,
  )
  return Object.fromEntries(fields.map(([key, value]) => [key, publish(value)]))
}

/** Every named schema these reach, by name, as `components.schemas` of a document. */
export function publishComponents(sources: Iterable<unknown>): JsonObject {
  const components = [...collectComponents(sources)]
  components.sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(components.map(([name, schema]) => [name, publishFields(schema)]))
}
