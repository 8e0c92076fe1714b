// The schema of a frame as a table of its fields.
import { isObject } from '../contract/components.ts'
import type { Json, JsonObject } from '../contract/components.ts'
import { markup, withCode } from './markup.ts'
import type { Markup } from './markup.ts'

interface Field {
  name: string
  required: boolean
  schema: JsonObject
}

/** Every field of an object schema, those of objects within it by a dotted name. */
export function fieldsTable(schema: JsonObject): Markup {
  const fields = fieldsOf(schema, '')
  if (fields.length === 0) return markup`<p class="none">No fields.</p>`
  const rows = fields.map(
    ({ name, required, schema }) =>
      markup`<tr><td><code>${name}</code>${required ? '' : markup` <small>optional</small>`}</td><td>${typeOf(schema)}</td><td>${withCode(descriptionOf(schema))}</td></tr>\n`,
  )
  return markup`<div class="wide" tabindex="0" role="group" aria-label="Fields"><table class="fields">
<thead><tr><th>field</th><th>type</th><th>what it is</th></tr></thead>
<tbody>${rows}</tbody></table></div>`
}

function fieldsOf({ properties, required }: JsonObject, prefix: string): Field[] {
  const needed = Array.isArray(required) ? required : []
  return Object.entries(isObject(properties) ? properties : {}).flatMap(([key, schema]) => {
    if (!isObject(schema)) return []
    const field = { name: prefix + key, required: needed.includes(key), schema }
    return isObject(schema.properties) ? fieldsOf(schema, `${prefix}${key}.`) : [field]
  })
}

/** The type in a few words; a named one leads to its shape. */
export function typeOf(schema: Json): Markup {
  if (!isObject(schema)) return markup`anything`
  if (typeof schema.$ref === 'string') return referenceTo(schema.$ref)
  if (schema.const !== undefined) return markup`<code>${JSON.stringify(schema.const)}</code>`
  if (Array.isArray(schema.enum))
    return oneOf(schema.enum.map((value) => markup`<code>${JSON.stringify(value)}</code>`))
  const choices = schema.anyOf ?? schema.oneOf
  if (Array.isArray(choices)) return oneOf(choices.map(typeOf))
  if (schema.type === 'array') return markup`array of ${typeOf(schema.items ?? null)}`
  if (isObject(schema.patternProperties)) {
    return markup`object, each ${typeOf(Object.values(schema.patternProperties)[0] ?? null)}`
  }
  return markup`${[schema.type, schema.format, limitsOf(schema)].filter(isText).join(', ')}`
}

function referenceTo(ref: string): Markup {
  const name = ref.slice(ref.lastIndexOf('/') + 1)
  return markup`<a href="#${name}">${name}</a>`
}

function oneOf(types: Markup[]): Markup {
  const between = types.length > 3 ? ', ' : ' or '
  return markup`${types.map((type, index) => [index === 0 ? '' : between, type])}`
}

function limitsOf({ minLength, maxLength, minimum, maximum, maxItems }: JsonObject): string {
  const most = maximum === Number.MAX_SAFE_INTEGER ? undefined : maximum
  return [
    range(minLength, maxLength, 'characters'),
    range(minimum, most, ''),
    range(undefined, maxItems, 'items'),
  ]
    .filter(isText)
    .join(', ')
}

function range(least: Json | undefined, most: Json | undefined, unit: string): string {
  if (typeof most === 'number')
    return `${typeof least === 'number' ? least : 0} to ${most} ${unit}`.trim()
  return typeof least === 'number' ? `at least ${least} ${unit}`.trim() : ''
}

function descriptionOf(schema: JsonObject): string {
  if (isText(schema.description)) return schema.description
  // "the schema or null" has the description inside.
  const choices = Array.isArray(schema.anyOf) ? schema.anyOf.filter(isObject) : []
  return choices.map(({ description }) => description).find(isText) ?? ''
}

function isText(value: Json | undefined): value is string {
  return typeof value === 'string' && value !== ''
}
