import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { apiEndpoints } from '../src/api.ts'
import { startApp } from './start-app.ts'
import type { Started } from './start-app.ts'

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const

describe('a method an address does not take', () => {
  let started: Started
  beforeAll(async () => {
    started = await startApp()
  })
  afterAll(() => started.close())

  /** By path: the methods declared for it, and for another path that it fits too. */
  function declaredAt(): Map<string, string[]> {
    const all = apiEndpoints(started.app.services).map(({ declaration }) => declaration)
    const fits = (path: string, other: string): boolean =>
      new RegExp(`^${other.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(path)
    return new Map(
      all.map(({ path }) => [
        path,
        all.filter((one) => fits(path, one.path)).map(({ method }) => method.toUpperCase()),
      ]),
    )
  }

  it('is answered with 405 and those it takes, at every declared path', async () => {
    let refusals = 0
    for (const [path, declared] of declaredAt()) {
      const url = path.replaceAll(/\{\w+\}/g, '0197a1d0-0000-7000-8000-000000000000')
      for (const method of methods.filter((one) => !declared.includes(one))) {
        const answer = await started.app.server.inject({ method: method, url })
        expect([method, url, answer.statusCode]).toEqual([method, url, 405])
        expect(answer.json()).toMatchObject({ code: 'method_not_allowed' })
        const allowed = String(answer.headers.allow).split(', ')
        expect(allowed.filter((one) => one !== 'HEAD')).toEqual([...new Set(declared)].toSorted())
        refusals++
      }
    }
    expect(refusals).toBeGreaterThan(100)
  })

  it('an address nothing is at stays a 404, and so do HEAD and OPTIONS', async () => {
    const { server } = started.app
    for (const method of methods) {
      const answer = await server.inject({ method: method, url: '/v1/nothing/here' })
      expect([method, answer.statusCode]).toEqual([method, 404])
      expect(answer.headers.allow).toBeUndefined()
    }
    expect((await server.inject({ method: 'HEAD', url: '/v1/auth/login' })).statusCode).toBe(404)
  })

  it('the address of the socket says so to whoever comes without WebSocket', async () => {
    const answer = await fetch(`${started.url}/v1/socket`)
    expect([answer.status, answer.headers.get('upgrade')]).toEqual([426, 'websocket'])
    expect(await answer.json()).toMatchObject({
      code: 'upgrade_required',
      detail: 'unable to open the socket; come to this address by WebSocket',
    })
  })

  it('an address that ends where an id should stand is one of these', async () => {
    const { session } = await started.person('ada')
    const headers = { authorization: `Bearer ${session?.accessToken}` }
    const room = '0197a1d0-0000-7000-8000-000000000000'
    for (const url of ['/v1/rooms/', `/v1/rooms/${room}/messages/`, '/v1/rooms//messages']) {
      const answer = await started.app.server.inject({ url, headers })
      expect([url, answer.json()]).toMatchObject([url, { status: 404, code: 'not_found' }])
    }
  })
})
