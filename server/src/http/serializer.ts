import fastJsonStringify from 'fast-json-stringify'
import type { Schema } from 'fast-json-stringify'
import type { TSchema } from 'typebox'
import { collectComponents } from '../contract/schema.ts'

/** The serialiser of an answer, compiled when it is first given: compiling those of all operations
 *  took longer than the rest of the start. */
export function serializer({ schema }: { schema: unknown }): (body: unknown) => string {
  let serialize: ((body: unknown) => string) | undefined
  return (body) => (serialize ??= compile(schema as TSchema))(body) // as the declarations gave it
}

/** TypeBox and the serialiser have each a type of their own for a JSON schema. */
function compile(schema: TSchema): (body: unknown) => string {
  const components = collectComponents([schema])
  if ('$id' in schema) components.delete(String(schema.$id)) // or it would be there twice
  const named = Object.fromEntries(components) as Record<string, Schema>
  return fastJsonStringify(schema as Schema, { schema: named })
}
