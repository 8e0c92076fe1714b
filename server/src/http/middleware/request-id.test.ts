import Fastify from 'fastify'
import { expect, test } from 'vitest'
import { recovery } from './recovery.ts'
import { newRequestId, requestId } from './request-id.ts'

const own = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/

async function answerTo(given?: string, path = '/') {
  const server = Fastify({ genReqId: newRequestId })
  recovery()(server)
  requestId()(server)
  server.get('/', async ({ id }) => ({ id }))
  const headers = given === undefined ? {} : { 'x-request-id': given }
  return server.inject({ path, headers })
}

test("a caller's id that is harmless to log is kept", async () => {
  for (const given of ['a', 'web-7.3_B', 'x'.repeat(64)]) {
    const answer = await answerTo(given)
    expect(answer.headers['x-request-id']).toBe(given)
    expect(answer.json()).toEqual({ id: given })
  }
})

test('any other gets one of ours', async () => {
  const refused = ['', ' ', 'x'.repeat(65), 'a b', 'a"b', '{}', 'a\tb', 'ü', 'a,b', '../a', '<b>']
  const given = [undefined, ...refused]
  const ids = await Promise.all(
    given.map(async (id) => String((await answerTo(id)).headers['x-request-id'])),
  )
  for (const id of ids) expect(id).toMatch(own)
  expect(new Set(ids).size).toBe(ids.length)
})

test('an error says the same id in its header and its body', async () => {
  const answer = await answerTo('mine', '/nothing')
  expect(answer.statusCode).toBe(404)
  expect(answer.headers['x-request-id']).toBe('mine')
  expect(answer.json().requestId).toBe('mine')
})
