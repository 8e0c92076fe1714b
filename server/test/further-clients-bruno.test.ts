/** The Bruno collection: read by Bruno's own parser, and talked with. */
import lang from '@usebruno/lang'
import type { BrunoRequest } from '@usebruno/lang'
import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { apiDeclarations, apiDocuments } from '../src/api.ts'
import { Documented } from './documented.ts'
import { startApp } from './start-app.ts'

const folder = fileURLToPath(new URL('../../docs/bruno', import.meta.url))
const requests = await readRequests()
const documented = new Documented(apiDocuments())

/** By their names; the settings of folders are none. */
async function readRequests(): Promise<Map<string, BrunoRequest>> {
  const files = (await readdir(folder, { recursive: true })).filter(
    (path) => /^[A-Z]\w+\/.+\.bru$/.test(path) && !path.endsWith('folder.bru'),
  )
  const read = files.map(async (path) =>
    lang.bruToJsonV2(await readFile(join(folder, path), 'utf8')),
  )
  return new Map((await Promise.all(read)).map((request) => [request.meta.name, request]))
}

/** "POST /v1/rooms/{roomId}/messages" */
function operationOf({ http }: BrunoRequest): string {
  const path = http.url.replace('{{baseUrl}}', '').replace(/\?.*/, '')
  return `${http.method.toUpperCase()} ${path.replaceAll(/:(\w+)/g, '{$1}')}`
}

test('there is a request for each operation, and for nothing else', () => {
  const operations = apiDeclarations().endpoints.map(
    ({ declaration: { method, path } }) => `${method} ${path}`,
  )
  expect([...requests.values()].map(operationOf).sort()).toEqual(operations.sort())
})

test('public ones carry no token, all others the one that signing in kept', async () => {
  const collection = lang.collectionBruToJson(
    await readFile(join(folder, 'collection.bru'), 'utf8'),
  )
  expect(collection.auth).toMatchObject({ bearer: { token: '{{accessToken}}' } })
  const wrong = apiDeclarations().endpoints.filter(({ declaration: { method, path, access } }) => {
    const request = [...requests.values()].find((one) => operationOf(one) === `${method} ${path}`)
    return request?.http.auth !== (access === 'public' ? 'none' : 'inherit')
  })
  expect(wrong).toEqual([])
})

test('every body fits its schema once its variables are filled in', () => {
  const uuid = '0192f0c1-7a5e-7c3b-9d2e-5f1a2b3c4d5e'
  const variables = new Map([
    ['seq', '1'],
    ['refreshToken', 'x'.repeat(43)],
    ['$randomUUID', uuid],
  ])
  const bodies = [...requests.values()].filter(({ http }) => http.body === 'json')
  const misfits = bodies.map((request) => {
    const [method = '', path = ''] = operationOf(request).split(' ')
    const schema = `${documented.operation(method, path)?.pointer}/requestBody/content/application~1json/schema`
    const body = JSON.parse(filled(request.body?.json ?? '', variables))
    return [request.meta.name, documented.misfit(schema, body)]
  })
  expect(misfits.length).toBeGreaterThan(20)
  expect(misfits.filter(([, misfit]) => misfit !== undefined)).toEqual([])
})

test('a newcomer runs them one after the other: each keeps what the next one needs', async () => {
  const started = await startApp()
  const environment = await readFile(join(folder, 'environments', 'local.bru'), 'utf8')
  const { variables: local } = lang.bruToEnvJsonV2(environment)
  const variables = new Map(local.map(({ name, value }) => [name, value]))
  expect(variables.get('baseUrl')).toBe('http://localhost:3000')
  variables.set('baseUrl', started.url)
  const play = [
    ['Create an account and sign in', 201],
    ['Sign in with a password', 200],
    ['Exchange a refresh token for the next one and a new access token', 200],
    ['Create a group or a channel', 201],
    ['Send a message', 201],
    ['Send a message', 201], // another one: each gets a clientId of its own
    ['Edit my message', 200],
    ['Move my read marker', 200],
    ['Read messages', 200],
    ['Find people by name', 200],
    ['Make a personal access token', 201],
    ['End a personal access token', 204],
    ['End this session', 204],
  ] as const
  const answers = []
  for (const [name] of play) answers.push([name, await send(requests.get(name), variables)])
  expect(answers).toEqual(play)
  await started.close()
}, 60_000)

/** As Bruno does it; answers the status. */
async function send(request: BrunoRequest | undefined, variables: Map<string, string>) {
  if (!request) return 0
  variables.set('$randomUUID', crypto.randomUUID())
  const { http, params = [], body, vars } = request
  const inPath = params.filter(({ type }) => type === 'path')
  const address = inPath.reduce((url, { name, value }) => url.replace(`:${name}`, value), http.url)
  const response = await fetch(filled(address, variables), {
    method: http.method.toUpperCase(),
    headers: {
      ...(http.body === 'json' && { 'content-type': 'application/json' }),
      ...(http.auth === 'inherit' && { authorization: `Bearer ${variables.get('accessToken')}` }),
    },
    body: body?.json ? filled(body.json, variables) : null,
  })
  const text = await response.text()
  const res = { status: response.status, body: text === '' ? null : JSON.parse(text) }
  for (const { name, value } of vars?.res ?? []) {
    variables.set(name, String(runInNewContext(value, { res })))
  }
  return response.status
}

/** A variable that nothing has set is a fault of the collection. */
function filled(text: string, variables: ReadonlyMap<string, string>): string {
  return text.replaceAll(/\{\{([$\w]+)\}\}/g, (_, name: string) => {
    const value = variables.get(name)
    if (value === undefined) throw new Error(`{{${name}}} is not set`)
    return value
  })
}
