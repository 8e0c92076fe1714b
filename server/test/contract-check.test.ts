import { expect, test } from 'vitest'
import { apiDocuments } from '../src/api.ts'
import { ContractCheck } from './contract-check.ts'

const documents = apiDocuments()
const id = '0192f0c1-7a5e-7c3b-9d2e-5f1a2b3c4d5e'
const passing = { 'x-request-id': 'r', ratelimit: 'a', 'ratelimit-policy': 'b' }

/** What the check says when a server answers so. */
async function faultsOf(
  request: string,
  status: number,
  body: object | undefined,
  headers: Record<string, string> = passing,
): Promise<string[]> {
  const [method, path] = request.split(' ')
  const type = status >= 400 ? 'application/problem+json' : 'application/json'
  const text = body && JSON.stringify(body)
  const check = new ContractCheck(
    documents,
    async () => new Response(text, { status, headers: { 'content-type': type, ...headers } }),
  )
  await check.fetch(`http://localhost${path}`, { method })
  return check.faults.map((fault) => fault.split('\n')[0] ?? '')
}

function problem(status: number, code: string, changes: object = {}) {
  const detail = 'unable to do it; no reason'
  return { type: '', title: '', status, detail, code, requestId: 'r', ...changes }
}

const alive = 'GET /healthz'

test('an answer that fits passes', async () => {
  expect(await faultsOf(alive, 200, { status: 'ok' })).toEqual([])
  expect(await faultsOf('DELETE /v1/users/me', 204, undefined)).toEqual([])
  expect(await faultsOf(`GET /v1/users/${id}`, 404, problem(404, 'user_not_found'))).toEqual([])
  expect(await faultsOf(alive, 429, problem(429, 'rate_limited'))).toEqual([])
})

test('a body that does not fit is found, down to a field too many', async () => {
  expect(await faultsOf(alive, 200, { status: 'fine' })).toHaveLength(1)
  expect(await faultsOf(alive, 200, { status: 'ok', more: 1 })).toHaveLength(1)
  expect(await faultsOf('DELETE /v1/users/me', 200, {})).toEqual([
    'DELETE /v1/users/me → 200: the status is not documented',
  ])
})

test('a documented header that is missing is found', async () => {
  const { ratelimit: _, ...headers } = passing
  expect(await faultsOf(alive, 200, { status: 'ok' }, headers)).toEqual([
    'GET /healthz → 200: the header RateLimit is missing',
  ])
})

test('an error code the operation does not declare is found; refusals of the door are not', async () => {
  expect(await faultsOf(alive, 409, problem(409, 'room_archived'))).toEqual([
    'GET /healthz → 409: room_archived is not documented',
  ])
  expect(await faultsOf(alive, 400, problem(400, 'invalid_request'))).toEqual([])
})

test('a problem that contradicts its answer is found', async () => {
  expect(await faultsOf(alive, 500, problem(500, 'internal', { requestId: 'other' }))).toHaveLength(
    1,
  )
  expect(await faultsOf(alive, 500, problem(503, 'internal'))).toHaveLength(1)
  expect(await faultsOf(alive, 500, { code: 'internal' })).toHaveLength(1)
})

test('the path without a parameter is told from the one with it', async () => {
  expect(await faultsOf('GET /v1/users/me', 404, problem(404, 'user_not_found'))).toHaveLength(1)
})

test('frames and replies are held against their schemas', () => {
  const check = new ContractCheck(documents)
  check.frame({ type: 'ping' })
  check.reply('typing.set', { re: 1, ok: true, data: {} })
  check.reply('', { re: null, ok: false, error: { code: 'invalid_request', message: 'no' } })
  check.assertKept()
  check.frame({ type: 'ping', at: 1 })
  check.frame({ type: 'pong' })
  check.reply('typing.set', { re: 1, ok: true, data: { more: 1 } })
  check.reply('typing.stop', { re: 1, ok: true, data: {} })
  check.reply('typing.set', { re: 1, ok: false, error: { code: 'no_such_code', message: 'no' } })
  expect(check.faults.map((fault) => fault.split(':')[0])).toEqual([
    'frame ping',
    'frame pong',
    'reply to typing.set',
    'reply to typing.stop',
    'reply to typing.set',
  ])
  expect(() => check.assertKept()).toThrow('the traffic does not fit the documents')
})
