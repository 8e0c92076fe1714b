import { readFile } from 'node:fs/promises'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect, test } from 'vitest'
import { generatedFiles, leftoverFiles, staleFiles } from '../../scripts/gen-files.ts'
import { documentFaults } from '../../scripts/gen-lint.ts'
import { apiDeclarations, apiDocuments } from '../src/api.ts'
import { isObject } from '../src/contract/components.ts'
import type { Json } from '../src/contract/components.ts'
import { errorCodes } from '../src/contract/error-codes.ts'
import { errorCodesOf } from '../src/contract/openapi-errors.ts'
import { tags } from '../src/contract/openapi-info.ts'
import { rulesIn } from '../src/http/docs-protocol.ts'
import { socketPage } from '../src/http/docs-socket.ts'
import { Documented } from './documented.ts'

const declarations = apiDeclarations()
const documents = apiDocuments()
const endpoints = declarations.endpoints.map(({ declaration }) => declaration)
const commands = declarations.commands.map(({ declaration }) => declaration)

test('the committed documents, client types and settings are fresh (else: npm run gen)', async () => {
  const files = await generatedFiles(declarations)
  expect([...(await staleFiles(files)), ...(await leftoverFiles(files))]).toEqual([])
})

test('the committed documents break no rule of their formats', async () => {
  expect(await documentFaults()).toEqual([])
}, 60_000) // two seconds of work, on a machine that has them

test('every schema of the declarations follows JSON Schema: the server trusts them', () => {
  const schemas = [
    ...endpoints.flatMap(({ params, query, body, answers }) => [
      params,
      query,
      body,
      ...Object.values(answers).map((answer) => answer.body),
    ]),
    ...commands.flatMap(({ schema, reply }) => [schema, reply]),
    ...declarations.frames.map(({ schema }) => schema),
  ]
  const ajv = new Ajv2020()
  const faults = schemas
    .filter((schema) => schema !== undefined && schema !== null)
    .filter((schema) => ajv.validateSchema(schema) !== true)
  expect(schemas.length).toBeGreaterThan(100)
  expect(faults).toEqual([])
  expect(ajv.validateSchema({ type: 'object', properties: { n: { minimum: '1' } } })).toBe(false)
})

test('every error code belongs to an operation, a command or the door', () => {
  const used = new Set<string>([
    'not_found', // of addresses that are no operation
    'method_not_allowed', // of methods that are none
    'upgrade_required', // of the socket's address
    'export_not_found', // of the links to the files
    ...endpoints.flatMap(errorCodesOf),
    ...commands.flatMap(({ errors }) => errors),
  ])
  expect(Object.keys(errorCodes).filter((code) => !used.has(code))).toEqual([])
})

test('every operation says what it does, under a described tag', () => {
  const described = new Set<string>(tags.map(({ name }) => name))
  const silent = endpoints.filter(
    ({ summary, description, tag }) => !summary || !description || !described.has(tag),
  )
  expect(silent.map(({ id }) => id)).toEqual([])
})

test('every body has an example, and it fits', () => {
  const documented = new Documented(documents)
  const faults = endpoints
    .filter(({ body }) => body !== undefined)
    .map(({ id, method, path, example }) => {
      const pointer = documented.operation(method, path)?.pointer
      const schema = `${pointer}/requestBody/content/application~1json/schema`
      return [id, documented.misfit(schema, example)]
    })
  expect(faults.length).toBeGreaterThan(5)
  expect(faults.filter(([, misfit]) => misfit !== undefined)).toEqual([])
})

test('every answer that carries something has an example, and it fits', () => {
  const documented = new Documented(documents)
  const examples = endpoints.flatMap(({ id, method, path, answers }) =>
    Object.entries(answers).flatMap(([status, { body }]) => {
      if (body === null) return []
      const { responses = {}, pointer } = documented.operation(method, path) ?? {}
      // openapi-operation.ts writes them so.
      const { content } = responses[status] as { content: Record<string, { example?: unknown }> }
      return Object.entries(content).map(([type, { example }]) => {
        const place = `${pointer}/responses/${status}/content/${type.replace('/', '~1')}/schema`
        return [`${id} ${status}`, documented.misfit(place, example)]
      })
    }),
  )
  expect(examples.length).toBeGreaterThan(50)
  expect(examples.filter(([, misfit]) => misfit !== undefined)).toEqual([])
})

test('every command and every frame is on /docs/socket, with a rule that is about it', async () => {
  const protocol = await readFile(new URL('../../docs/protocol.md', import.meta.url), 'utf8')
  const page = socketPage(documents.asyncapi, rulesIn(protocol))
  const headings = [...page.matchAll(/<h3 id="\w+"><a [^>]+><code>([\w.]+)<\/code>/g)]
  const ruled = headings.filter(({ index, 0: heading }) => {
    const [section = ''] = page.slice(index + heading.length).split('<h3')
    return section.includes('<p class="rules">')
  })
  const types = [...commands, ...declarations.frames].map(({ type }) => type)
  expect(new Set(ruled.map(([, type]) => type))).toEqual(new Set(types))
})

test('every example of the socket fits its schema', () => {
  const documented = new Documented(documents)
  // asyncapi.ts writes them so.
  const { messages } = documents.asyncapi.components as unknown as {
    messages: Record<string, { examples: { payload: unknown }[] }>
  }
  const misfits = Object.entries(messages).map(([name, { examples }]) => [
    name,
    documented.misfit(`/components/schemas/${name}`, examples[0]?.payload),
  ])
  expect(misfits.filter(([, misfit]) => misfit !== undefined)).toEqual([])
})

test('what is said twice has a name', () => {
  const counts = new Map<string, number>()
  const { paths, components } = documents.openapi
  for (const text of objectsIn([paths, Object.values(components.schemas).map(insideOf)])) {
    counts.set(text, (counts.get(text) ?? 0) + 1)
  }
  expect([...counts].filter(([, count]) => count > 1)).toEqual([])
})

/** The object schemas written out where they are used, as text without their descriptions. */
function objectsIn(value: Json): string[] {
  if (Array.isArray(value)) return value.flatMap(objectsIn)
  if (!isObject(value)) return []
  const inner = Object.values(value).flatMap(objectsIn)
  const { description: _, ...schema } = value
  return value.type === 'object' && value.properties ? [JSON.stringify(schema), ...inner] : inner
}

/** A component itself has a name; what is inside it may not. */
function insideOf(component: Json): Json {
  return isObject(component) ? Object.values(component) : component
}
