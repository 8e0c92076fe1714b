import { Type } from 'typebox'
import type { Static, TObject, TProperties, TSchema, TSchemaOptions } from 'typebox'

/** The schema behind a reference: kept beside `$ref` so that documents and validators can
 *  collect every named component from the declarations, without a global registry. */
const target = Symbol('target')

export interface Reference extends TSchema {
  [target]: NamedSchema
}

export interface NamedSchema extends TSchema {
  $id: string
}

/** An object that refuses unknown fields: every input and every output is closed. */
export function Struct<P extends TProperties>(properties: P, options: object = {}): TObject<P> {
  return Type.Object(properties, { ...options, additionalProperties: false })
}

/** Gives a schema its name in the documents and in the client's types. */
export function named<S extends TSchema>(id: string, schema: S): S & NamedSchema {
  return { ...schema, $id: id }
}

/** Refers to a named schema and keeps its type (nested `$id` schemas would be expanded). */
export function ref<S extends NamedSchema>(schema: S) {
  return Type.Unsafe<Static<S>>({ $ref: `${schema.$id}#`, [target]: schema })
}

/** `null` or the schema. */
export function Nullable<S extends TSchema>(schema: S, options: TSchemaOptions = {}) {
  return Type.Union([schema, Type.Null()], options)
}

/** For a field that is null as a rule: examples show it so. */
export const mostlyNull = { examples: [null] }

export function StringEnum<const V extends readonly string[]>(values: V, options: object = {}) {
  return Type.Unsafe<V[number]>({ type: 'string', enum: values, ...options })
}

/** A character that shows: neither white space nor one that Unicode lets a renderer leave out (its
 *  Default_Ignorable_Code_Point, spelt out for engines that know no `\p`). */
export const visibleCharacter =
  '[^\\s\\u00AD\\u034F\\u061C\\u115F\\u1160\\u17B4\\u17B5\\u180B-\\u180F\\u200B-\\u200F\\u202A-\\u202E' +
  '\\u2060-\\u206F\\u3164\\uFE00-\\uFE0F\\uFEFF\\uFFA0]'

export const Id = Type.String({ format: 'uuid', description: 'A UUID, in lower case.' })
export const Time = Type.String({
  format: 'date-time',
  description: 'RFC 3339, UTC.',
  examples: ['2026-11-22T12:00:00.000Z'],
})
export const Seq = Type.Integer({
  minimum: 0,
  maximum: Number.MAX_SAFE_INTEGER,
  description: "A position in the room's log.",
  examples: [42],
})

/** `limit` and `cursor` of every keyset list. */
export const pageQuery = {
  limit: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 200, description: 'At most so many; 50 if absent.' }),
  ),
  cursor: Type.Optional(
    Type.String({ maxLength: 512, description: '`nextCursor` of the page before.' }),
  ),
}
export const defaultLimit = 50

/** A page of a keyset list. */
export function Page<S extends TSchema>(item: S) {
  return Struct({
    items: Type.Array(item),
    nextCursor: Nullable(Type.String({ description: 'null on the last page.' }), mostlyNull),
  })
}

/** Every named schema reachable from these, each once, by name. */
export function collectComponents(schemas: Iterable<unknown>): Map<string, NamedSchema> {
  const found = new Map<string, NamedSchema>()
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return
    if (target in value) return add((value as Reference)[target]) // the symbol is only set by ref()
    if (isNamed(value)) return add(value)
    for (const inner of Object.values(value)) visit(inner)
  }
  const add = (schema: NamedSchema): void => {
    if (found.has(schema.$id)) return
    found.set(schema.$id, schema)
    for (const inner of Object.values(schema)) visit(inner)
  }
  for (const schema of schemas) visit(schema)
  return found
}

function isNamed(value: object): value is NamedSchema {
  return '$id' in value && typeof value.$id === 'string'
}
