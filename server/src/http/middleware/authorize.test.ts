import Fastify from 'fastify'
import { expect, test } from 'vitest'
import type { Authenticator } from '../../contract/caller.ts'
import type { Access } from '../../contract/endpoint.ts'
import { AppError, Unauthenticated } from '../../contract/error-codes.ts'
import { authenticate } from './authenticate.ts'
import { authorize } from './authorize.ts'
import { recovery } from './recovery.ts'

/** Knows two tokens, and one it cannot judge. */
const authenticator: Pick<Authenticator, 'authenticate'> = {
  async authenticate(token) {
    if (token === 'away') throw new AppError('unavailable')
    if (token !== 'user' && token !== 'admin') throw new Unauthenticated('invalid')
    return { userId: `the ${token}`, sessionId: 'any', role: token, expiresAt: 0 }
  },
}

function protectedServer() {
  const server = Fastify()
  recovery()(server)
  authenticate(authenticator)(server)
  authorize()(server)
  for (const access of ['public', 'user', 'admin'] satisfies Access[]) {
    server.get(`/${access}`, { config: { access } }, async ({ caller }) => ({
      caller: caller?.userId ?? null,
    }))
  }
  return async (path: string, authorization?: string) => {
    const headers = authorization === undefined ? {} : { authorization }
    const answer = await server.inject({ path, headers })
    return { status: answer.statusCode, headers: answer.headers, ...answer.json() }
  }
}

test('a route for users takes a token in the Authorization header, its scheme in any case', async () => {
  const get = protectedServer()
  for (const scheme of ['Bearer', 'bearer', 'BEARER']) {
    expect(await get('/user', `${scheme} user`)).toMatchObject({ status: 200, caller: 'the user' })
  }
})

test('without a token, or with anything else in the header, it answers 401 and how to sign in', async () => {
  const get = protectedServer()
  const headers = [undefined, '', 'user', 'Bearer', 'Bearer ', 'Bearer  user', 'Bearer user more']
  for (const header of [...headers, 'Basic dXNlcjo=', 'Bearer wrong', 'Bearer: user']) {
    for (const path of ['/user', '/admin']) {
      const answer = await get(path, header)
      expect(answer).toMatchObject({ status: 401, code: 'unauthenticated' })
      expect(answer.headers['www-authenticate']).toBe('Bearer realm="parley"')
    }
  }
})

test('a route for administrators refuses users with 403', async () => {
  const get = protectedServer()
  expect(await get('/admin', 'Bearer user')).toMatchObject({ status: 403, code: 'forbidden' })
  expect(await get('/admin', 'Bearer admin')).toMatchObject({ status: 200, caller: 'the admin' })
})

test('a public route asks nobody who calls', async () => {
  const get = protectedServer()
  for (const header of [undefined, 'Bearer wrong', 'Bearer away', 'Bearer user']) {
    expect(await get('/public', header)).toMatchObject({ status: 200, caller: null })
  }
})

test('where nobody can judge a token, the answer is not that it is wrong', async () => {
  const get = protectedServer()
  expect(await get('/user', 'Bearer away')).toMatchObject({ status: 503, code: 'unavailable' })
})

test('a refused token is told to the next middleware before anyone is sent away', async () => {
  const server = Fastify()
  const seen: unknown[] = []
  recovery()(server)
  authenticate(authenticator)(server)
  server.addHook('onRequest', async ({ caller, refusal }) => void seen.push(caller, refusal))
  authorize()(server)
  server.get('/', { config: { access: 'user' } }, async () => ({}))
  await server.inject({ path: '/', headers: { authorization: 'Bearer wrong' } })
  expect(seen).toEqual([undefined, expect.any(Unauthenticated)])
})
