/** The two documents as a test reads them: which operation, frame or reply has which schema. */
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { isObject } from '../src/contract/components.ts'
import type { Json, JsonObject } from '../src/contract/components.ts'

export interface DocumentedOperation {
  /** "POST /v1/rooms/{roomId}/join" */
  name: string
  responses: JsonObject
  /** JSON pointer into openapi.json. */
  pointer: string
}

export class Documented {
  readonly #ajv = new Ajv2020({ strict: false, allErrors: true })
  readonly #openapi: JsonObject
  readonly #frames = new Map<string, string[]>()
  readonly #replies = new Map<string, string>()

  constructor({ openapi, asyncapi }: { openapi: JsonObject; asyncapi: JsonObject }) {
    this.#openapi = openapi
    addFormats.default(this.#ajv)
    const { paths = {}, components = {} } = openapi
    this.#ajv.addSchema({ paths, components }, 'openapi.json', undefined, false)
    for (const operation of Object.values(at(asyncapi, 'operations')))
      this.#readOperation(operation)
  }

  /** The operation a request is for; the path with fewest parameters wins, as in the router. */
  operation(method: string, path: string): DocumentedOperation | undefined {
    const verb = method.toLowerCase()
    const [template] = Object.entries(at(this.#openapi, 'paths'))
      .filter(([template, item]) => isObject(item) && item[verb] && matches(template, path))
      .map(([template]) => template)
      .sort((a, b) => a.split('{').length - b.split('{').length)
    if (template === undefined) return undefined
    return {
      name: `${method} ${template}`,
      responses: at(this.#openapi, 'paths', template, verb, 'responses'),
      pointer: `/paths/${encodeURIComponent(template.replaceAll('/', '~1'))}/${verb}`,
    }
  }

  /** Error codes with an example in this response. */
  codesOf(response: Json | undefined): string[] {
    if (!isObject(response)) return []
    const shared = nameIn(response)
    const target = shared ? at(this.#openapi, 'components', 'responses', shared) : response
    return Object.keys(at(target, 'content', 'application/problem+json', 'examples'))
  }

  /** Names of the schemas a frame of this type may have. */
  schemasOfFrame(type: string): string[] {
    return this.#frames.get(type) ?? []
  }

  schemaOfReply(command: string): string | undefined {
    return this.#replies.get(command)
  }

  /** Why the value does not fit the schema at this pointer of openapi.json; undefined where it
   *  does. */
  misfit(pointer: string, value: unknown): string | undefined {
    const validate = this.#ajv.getSchema(`openapi.json#${pointer}`) // compiled once
    if (!validate) return `there is no schema at ${pointer}`
    return validate(value) ? undefined : this.#ajv.errorsText(validate.errors)
  }

  #readOperation(operation: Json): void {
    if (!isObject(operation)) return
    const [first, ...others] = messagesOf(operation)
    if (first === undefined) return
    if (operation.action === 'send') {
      for (const name of [first, ...others]) this.#addFrame(this.#typeOf(name), name)
    } else {
      const [reply] = isObject(operation.reply) ? messagesOf(operation.reply) : []
      if (reply) this.#replies.set(this.#typeOf(first), reply)
    }
  }

  #addFrame(type: string, name: string): void {
    this.#frames.set(type, [...this.schemasOfFrame(type), name])
  }

  /** The constant `type` of a frame's schema. */
  #typeOf(name: string): string {
    const { const: type } = at(this.#openapi, 'components', 'schemas', name, 'properties', 'type')
    return typeof type === 'string' ? type : ''
  }
}

function messagesOf({ messages }: JsonObject): string[] {
  return Array.isArray(messages) ? messages.map(nameIn) : []
}

/** The last word of a reference; empty where it is none. */
function nameIn(value: Json): string {
  if (!isObject(value) || typeof value.$ref !== 'string') return ''
  return value.$ref.slice(value.$ref.lastIndexOf('/') + 1)
}

function matches(template: string, path: string): boolean {
  const wanted = template.split('/')
  const given = path.split('/')
  return (
    wanted.length === given.length &&
    wanted.every((part, index) => part === given[index] || part.startsWith('{'))
  )
}

/** The object deep inside, empty where there is none. */
function at(value: JsonObject, ...path: string[]): JsonObject {
  let inner: Json | undefined = value
  for (const key of path) inner = isObject(inner) ? inner[key] : undefined
  return isObject(inner) ? inner : {}
}
