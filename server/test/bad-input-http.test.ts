import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Declaration } from '../src/contract/endpoint.ts'
import type { Problem } from '../src/contract/problem.ts'
import { doorsWorld, operations } from './doors-world.ts'
import type { DoorsWorld } from './doors-world.ts'
import { bodyFaults, fieldFaults, json, pathFaults, queryFaults } from './http-faults.ts'
import type { Fault } from './http-faults.ts'

let world: DoorsWorld
let before: string
beforeAll(async () => {
  world = await doorsWorld()
  before = await world.stored()
})
afterAll(() => world.close())

const statuses: Record<Fault['code'], number> = {
  invalid_request: 400,
  not_found: 404,
  payload_too_large: 413,
  unsupported_media_type: 415,
}

/** Sends each fault, as someone who may do what is asked, and keeps what was not refused as it must be. */
async function unrefused(operation: Declaration, faults: readonly Fault[]): Promise<string[]> {
  const valid = world.validInput(operation)
  const { session } = operation.access === 'admin' ? world.root : world.ada
  const found: string[] = []
  for (const { what, url = withQuery(valid), call, code, pointer } of faults) {
    const body = valid.body && { headers: json, payload: JSON.stringify(valid.body) }
    const request = {
      ...(call.payload === undefined && body),
      ...call,
      token: session?.accessToken,
    }
    const answer = await world.call(operation.method, url, request)
    const problem = answer.body as Partial<Problem> // checked here
    const asItMustBe =
      answer.status === statuses[code] &&
      answer.type.startsWith('application/problem+json') &&
      problem.code === code &&
      problem.requestId === answer.headers['x-request-id'] &&
      (pointer === undefined || problem.errors?.[0]?.pointer.startsWith(pointer))
    if (!asItMustBe) found.push(`${what}: ${answer.status} ${answer.text.slice(0, 300)}`)
  }
  return found
}

const withQuery = ({ url, query }: { url: string; query: Record<string, string> }) =>
  `${url}?${new URLSearchParams(query)}`

describe('every operation refuses', () => {
  const named = operations.map((one) => [`${one.method} ${one.path}`, one] as const)
  // What is wrong with a file, http/file-body.test.ts tries.
  const withBody = named.filter(([, { method, file }]) => method !== 'GET' && !file)

  it.each(withBody)(
    '%s: a body that is no JSON object, too large, of another type',
    async (_, operation) => {
      expect(await unrefused(operation, bodyFaults())).toEqual([])
    },
  )

  it.each(withBody)(
    '%s: a field that is unknown, missing or of another type',
    async (_, operation) => {
      const { body: valid = {} } = world.validInput(operation)
      const faults = fieldFaults(operation.body ?? {}, valid)
      expect(faults.length).toBeGreaterThan(0)
      expect(await unrefused(operation, faults)).toEqual([])
    },
  )

  it.each(named.filter(([, { body, bodyOptional }]) => body && !bodyOptional))(
    '%s: no body',
    async (_, operation) => {
      const empty: Fault[] = [json, {}].map((headers) => ({
        what: 'no body',
        call: { headers, payload: '' },
        code: 'invalid_request',
      }))
      expect(await unrefused(operation, empty)).toEqual([])
    },
  )

  it.each(named)('%s: a bad query', async (_, operation) => {
    const faults = queryFaults(operation, world.validInput(operation))
    expect(await unrefused(operation, faults)).toEqual([])
  })

  it.each(named.filter(([, { params }]) => params))('%s: a bad path', async (_, operation) => {
    const { group, ben } = world
    const values = { roomId: group.id, userId: ben.userId, sessionId: group.id, seq: '1' }
    expect(await unrefused(operation, pathFaults(operation, values))).toEqual([])
  })

  it('and nothing was stored', async () => {
    expect(await world.stored()).toBe(before)
  })
})

describe('a health check', () => {
  it.each(['/healthz', '/readyz'])('%s is answered whatever a prober adds', async (path) => {
    for (const query of ['probe=1', 't=1&t=2', '__proto__=x']) {
      expect((await world.call('GET', `${path}?${query}`)).status).toBe(200)
    }
  })
})
