// The Bruno collection in docs/bruno, from openapi.json: a folder for each tag, a request for each
// operation, written by Bruno's own library.
import lang from '@usebruno/lang'
import type { BrunoParam, BrunoRequest } from '@usebruno/lang'
import { isObject } from '../server/src/contract/components.ts'
import type { Json, JsonObject } from '../server/src/contract/components.ts'
import { operationOf } from '../server/src/contract/endpoint.ts'
import { brunoBody } from './gen-bruno-body.ts'
import { keptVariables } from './gen-bruno-variables.ts'
import type { Operation } from './gen-bruno-variables.ts'

const folder = 'docs/bruno'

/** Every file of the collection, by its path in the repository. */
export function brunoFiles(openapi: JsonObject): Map<string, string> {
  const operations = operationsOf(openapi)
  const paths = new Set(operations.map(({ path }) => path))
  const files = new Map([
    [`${folder}/bruno.json`, `${JSON.stringify(manifest, null, 2)}\n`],
    [`${folder}/collection.bru`, lang.jsonToCollectionBru(collection)],
    [`${folder}/environments/local.bru`, lang.envJsonToBruV2({ variables: local })],
  ])
  for (const [index, tag] of objects(openapi.tags).entries()) {
    const place = `${folder}/${textOf(tag.name)}`
    const meta = { name: textOf(tag.name), seq: index + 1 }
    const docs = textOf(tag.description)
    files.set(`${place}/folder.bru`, lang.jsonToCollectionBru({ meta, docs }))
    const inTag = operations.filter(({ operation }) => tagOf(operation) === tag.name)
    for (const [order, one] of inTag.entries()) {
      const request = requestOf(one, order + 1, paths)
      files.set(`${place}/${fileName(one)}.bru`, lang.jsonToBruV2(request))
    }
  }
  return files
}

const manifest = {
  version: '1',
  name: 'Parley',
  type: 'collection',
  ignore: ['node_modules', '.git'],
}

const collection = {
  auth: { mode: 'bearer', bearer: { token: '{{accessToken}}' } },
  docs: [
    'Every operation of openapi.json, written by `npm run gen`. Choose the environment *local*, then',
    'run *Create an account and sign in* or *Sign in with a password*: they keep the tokens for all',
    'others. *Create a group or a channel* keeps `roomId`, *Send a message* `seq`, and so on.',
  ].join('\n'),
}

const local = [
  { name: 'baseUrl', value: 'http://localhost:3000', enabled: true },
  { name: 'q', value: 'ada', enabled: true },
]

function operationsOf({ paths }: JsonObject): Operation[] {
  return Object.entries(isObject(paths) ? paths : {}).flatMap(([path, item]) =>
    Object.entries(isObject(item) ? item : {}).flatMap(([method, operation]) =>
      isObject(operation) ? [{ path, method, operation }] : [],
    ),
  )
}

function requestOf(one: Operation, seq: number, paths: ReadonlySet<string>): BrunoRequest {
  const { path, method, operation } = one
  const isPublic = Array.isArray(operation.security) && operation.security.length === 0
  const { mode, body } = brunoBody(operation)
  const kept = keptVariables(one, paths)
  return {
    meta: { name: textOf(operation.summary), type: 'http', seq },
    http: {
      method,
      url: `{{baseUrl}}${path.replaceAll(/\{(\w+)\}/g, ':$1')}${requiredQuery(operation)}`,
      body: mode,
      auth: isPublic ? 'none' : 'inherit',
    },
    params: objects(operation.parameters).map(paramOf),
    ...(body && { body }),
    ...(kept.size > 0 && {
      vars: {
        res: [...kept].map(([name, value]) => ({ name, value, enabled: true, local: false })),
      },
    }),
    docs: textOf(operation.description),
  }
}

/** Optional ones are there, switched off. */
function paramOf(parameter: JsonObject): BrunoParam {
  const name = textOf(parameter.name)
  const required = parameter.required === true
  return {
    name,
    value: required ? `{{${name}}}` : '',
    type: parameter.in === 'path' ? 'path' : 'query',
    enabled: required,
  }
}

/** Bruno keeps the query in the address as well. */
function requiredQuery(operation: JsonObject): string {
  const pairs = objects(operation.parameters)
    .filter((parameter) => parameter.in === 'query' && parameter.required === true)
    .map(({ name }) => `${textOf(name)}={{${textOf(name)}}}`)
  return pairs.length > 0 ? `?${pairs.join('&')}` : ''
}

function tagOf({ tags }: JsonObject): Json {
  return (Array.isArray(tags) ? tags[0] : null) ?? null
}

/** sendMessage → send-message */
function fileName({ operation }: Operation): string {
  return operationOf(textOf(operation.operationId)).replaceAll(' ', '-')
}

function objects(value: Json | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : []
}

function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : ''
}
