import { publishComponents } from './components.ts'
import type { JsonObject } from './components.ts'
import type { Endpoint } from './endpoint.ts'
import { ErrorReply, replySchema } from './frames.ts'
import type { Command, FrameDeclaration } from './frames.ts'
import { description, license, tags } from './openapi-info.ts'
import { commonErrorResponses } from './openapi-errors.ts'
import { operationObject } from './openapi-operation.ts'
import { Problem } from './problem.ts'

/** Everything Parley says to the world: what the documents describe. */
export interface Declarations {
  endpoints: readonly Pick<Endpoint, 'declaration'>[]
  frames: readonly FrameDeclaration[]
  commands: readonly Pick<Command, 'declaration'>[]
  version: string
}

/** The OpenAPI 3.1 document. Frames and commands are among its components, so that one
 *  generator makes all of a client's types. */
export function openApiDocument(declarations: Declarations) {
  const { endpoints, version } = declarations
  const schemas = publishComponents(wireSchemas(declarations))
  return {
    openapi: '3.1.0',
    info: {
      title: 'Parley',
      version,
      summary: 'Self-hosted real-time chat',
      description,
      license,
    },
    servers: [{ url: '/', description: 'This server' }],
    tags: usedTags(endpoints),
    security: [{ accessToken: [] }],
    paths: pathsOf(endpoints, schemas),
    components: {
      schemas,
      responses: commonErrorResponses(),
      headers,
      securitySchemes: { accessToken },
    },
  }
}

/** Where named schemas are looked for; unnamed ones stay inside their operation. */
function wireSchemas({ endpoints, frames, commands }: Declarations): unknown[] {
  return [
    Problem,
    ErrorReply,
    endpoints.map(({ declaration }) => declaration),
    frames.map(({ schema }) => schema),
    commands.map(({ declaration }) => [declaration.schema, replySchema(declaration)]),
  ]
}

function usedTags(endpoints: Declarations['endpoints']): JsonObject[] {
  const used = new Set(endpoints.map(({ declaration }) => declaration.tag))
  return tags.filter(({ name }) => used.has(name)).map((tag) => ({ ...tag }))
}

function pathsOf(endpoints: Declarations['endpoints'], schemas: JsonObject): JsonObject {
  const paths: Record<string, JsonObject> = {}
  for (const { declaration } of endpoints) {
    const path = (paths[declaration.path] ??= {})
    path[declaration.method.toLowerCase()] = operationObject(declaration, schemas)
  }
  return paths
}

const accessToken = {
  type: 'http',
  scheme: 'bearer',
  bearerFormat: 'JWT',
  description: '`session.accessToken` of POST /v1/auth/register, login or refresh.',
}

const headers = {
  RequestId: header('Names this request in the server log.'),
  Location: header('Where what was made is, or where to go on.'),
  RateLimit: header('What is left of the limit, as `"name";r=<left>;t=<seconds to reset>`.'),
  RateLimitPolicy: header('The limit, as `"name";q=<quota>;w=<window in seconds>`.'),
  RetryAfter: header('How many seconds to wait.'),
}

function header(text: string): JsonObject {
  return { description: text, schema: { type: 'string' } }
}
