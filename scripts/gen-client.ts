// The client's types, from the same declarations as the documents.
import openapiTS, { astToString } from 'openapi-typescript'
import type { OpenAPI3 } from 'openapi-typescript'
import ts from 'typescript'
import { closeCodes } from '../server/src/contract/close-codes.ts'
import type { JsonObject } from '../server/src/contract/components.ts'
import { replySchema, subprotocol } from '../server/src/contract/frames.ts'
import type { Declarations } from '../server/src/contract/openapi.ts'

const head = '// Written by `npm run gen`. Do not edit.\n'

/** Paths, operations and components, by openapi-typescript. */
export async function apiTypes(document: JsonObject): Promise<string> {
  // The generator's type is a narrower writing of the same format.
  const copy = withoutExamples(document) as unknown as OpenAPI3
  return `${head}${astToString(await openapiTS(copy, { silent: true, transform: fileType }))}`
}

/** What a client sends where the document says a file. */
function fileType({ format }: { format?: string }): ts.TypeNode | undefined {
  return format === 'binary' ? ts.factory.createTypeReferenceNode('Blob') : undefined
}

/** A copy; whole answers as comments would be half of the file. */
function withoutExamples(document: JsonObject): JsonObject {
  return JSON.parse(
    JSON.stringify(document, (key, value) => (key === 'example' ? undefined : value)),
  )
}

/** One exported type for each named schema. */
export function schemaTypes(schemas: JsonObject): string {
  const types = Object.keys(schemas).map((name) => `export type ${name} = Schemas['${name}']\n`)
  return `${head}import type { components } from './api.ts'\n\ntype Schemas = components['schemas']\n\n${types.join('')}`
}

/** Which input and reply belong to a command and which frames to an event type; the subprotocol, the
 *  close codes. */
export function frameTypes({ commands, frames }: Declarations): string {
  const commandLines = commands.map(({ declaration }) => {
    const reply = replySchema(declaration).$id
    return `  '${declaration.type}': { command: S.${declaration.schema.$id}; reply: S.${reply} }`
  })
  const types = [...new Set(frames.map(({ type }) => type))]
  const frameLines = types.map((type) => {
    const same = frames.filter((frame) => frame.type === type)
    return `  '${type}': ${same.map(({ schema }) => `S.${schema.$id}`).join(' | ')}`
  })
  const codeLines = Object.entries(closeCodes).map(([name, { code }]) => `  ${name}: ${code},`)
  return [
    `${head}import type * as S from './schemas.ts'\n`,
    '/** Every command of the socket: the frame that asks, the frame that answers. */',
    `export interface Commands {\n${commandLines.join('\n')}\n}\n`,
    '/** Every frame the server sends unasked, by its type. */',
    `export interface Frames {\n${frameLines.join('\n')}\n}\n`,
    `/** What the socket speaks. */\nexport const subprotocol = '${subprotocol}'\n`,
    '/** Why the server closes a socket: below 4500 come back, from 4500 on do not. */',
    `export const closeCodes = {\n${codeLines.join('\n')}\n} as const\n`,
  ].join('\n')
}
