import { isObject, publish, publishFields } from './components.ts'
import type { Json, JsonObject } from './components.ts'
import type { Declaration, DeclaredFile } from './endpoint.ts'
import { errorResponses } from './openapi-errors.ts'
import { sample } from './sample.ts'
import { scopeOf } from './scopes.ts'

/** An OpenAPI operation, from the declaration that also validates and routes. `components` are the
 *  document's named schemas, for the examples of its answers. */
export function operationObject(declaration: Declaration, components: JsonObject): JsonObject {
  const { id, tag, summary, access } = declaration
  const parameters = parametersOf(declaration)
  const requestBody = requestBodyOf(declaration)
  return {
    operationId: id,
    tags: [tag],
    summary,
    description: descriptionOf(declaration),
    security: access === 'public' ? [] : [{ accessToken: [] }],
    ...(parameters.length > 0 && { parameters }),
    ...(requestBody && { requestBody }),
    responses: { ...successResponses(declaration, components), ...errorResponses(declaration) },
  }
}

function descriptionOf(declaration: Declaration): string {
  const { description = '', access, issuerToo } = declaration
  if (access === 'public') return description
  const scope = scopeOf(declaration)
  const session = issuerToo ? 'A session only, or a token of TRUSTED_ISSUER.' : 'A session only.'
  const tokens = scope === null ? session : `Scope of tokens: \`${scope}\`.`
  const who = access === 'admin' ? 'For administrators of the server only. ' : ''
  return `${description}\n\n${who}${tokens}`
}

function parametersOf({ params, query }: Declaration): JsonObject[] {
  return [...parametersIn('path', params), ...parametersIn('query', query)]
}

function parametersIn(place: 'path' | 'query', schema: unknown): JsonObject[] {
  const struct = publish(schema ?? {})
  if (!isObject(struct) || !isObject(struct.properties)) return []
  const required = Array.isArray(struct.required) ? struct.required : []
  return Object.entries(struct.properties).map(([name, property]) => ({
    name,
    in: place,
    required: required.includes(name),
    ...parameterSchema(property),
  }))
}

/** A parameter's description stands beside its schema, where tools show it. Examples stay away:
 *  "Try it out" would fill them in. */
function parameterSchema(property: Json): JsonObject {
  if (!isObject(property)) return { schema: property }
  const { description, examples: _, ...schema } = property
  return { ...(description !== undefined && { description }), schema }
}

function requestBodyOf({ body, bodyOptional, example, file }: Declaration): JsonObject | undefined {
  if (file) return { required: true, content: { 'multipart/form-data': fileContent(file) } }
  if (!body) return undefined
  const content = {
    schema: publish(body),
    ...(example !== undefined && { example: publish(example) }),
  }
  return { required: !bodyOptional, content: { 'application/json': content } }
}

function fileContent({ description, types }: DeclaredFile): JsonObject {
  // `format: binary`, of OpenAPI 3.0, is what tools still know a file by.
  const file = { type: 'string', format: 'binary', description }
  const schema = { type: 'object', properties: { file }, required: ['file'] }
  return { schema, encoding: { file: { contentType: types.join(', ') } } }
}

function successResponses({ answers }: Declaration, components: JsonObject): JsonObject {
  const responses = Object.entries(answers).map(([status, { description, body, example }]) => {
    const content = body && answerContent(publish(body), components, example)
    return [status, { description, headers: successHeaders(status), ...(content && { content }) }]
  })
  return Object.fromEntries(responses)
}

function answerContent(schema: Json, components: JsonObject, fields?: object): JsonObject {
  const usual = sample(schema, components)
  const example = fields && isObject(usual) ? publishFields({ ...usual, ...fields }) : usual
  return { 'application/json': { schema, example } }
}

function successHeaders(status: string): JsonObject {
  return {
    'X-Request-Id': { $ref: '#/components/headers/RequestId' },
    RateLimit: { $ref: '#/components/headers/RateLimit' },
    'RateLimit-Policy': { $ref: '#/components/headers/RateLimitPolicy' },
    ...((status === '201' || status === '303') && {
      Location: { $ref: '#/components/headers/Location' },
    }),
  }
}
