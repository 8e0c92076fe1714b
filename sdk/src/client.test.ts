import { expect, test } from 'vitest'
import { grant, problem, scriptedServer } from '../test/scripted-server.ts'
import type { SeenRequest } from '../test/scripted-server.ts'
import type { OwnUser } from './generated/schemas.ts'
import { ParleyClient, ParleyError } from './index.ts'

const ada = { username: 'ada', displayName: 'Ada' }

/** Takes the tokens from `valid` on; each refresh answers the next one. */
function renewing(valid: number) {
  let current = valid
  return (request: SeenRequest) => {
    if (request.path === '/v1/auth/refresh') {
      return { status: 200, body: { session: grant(++current) } }
    }
    return request.token === `access-${current}`
      ? { status: 200, body: ada }
      : problem(401, 'unauthenticated')
  }
}

test('signing in keeps the session and signs later requests with its token', async () => {
  const { url, requests } = await scriptedServer(({ path }) =>
    path === '/v1/auth/login'
      ? { status: 200, body: { user: ada, session: grant(1) } }
      : { status: 200, body: ada },
  )
  const client = new ParleyClient({ url: `${url}/` })
  await client.login({ login: 'ada', password: 'secret' })
  expect(client.session).toEqual(grant(1))
  expect(await client.me()).toEqual(ada)
  expect(requests.map(({ path, token }) => [path, token])).toEqual([
    ['/v1/auth/login', undefined],
    ['/v1/users/me', 'access-1'],
  ])
})

test('without a session a signed request fails before it is sent', async () => {
  const { url, requests } = await scriptedServer(() => ({ status: 200, body: ada }))
  const failure = new ParleyClient({ url }).me()
  await expect(failure).rejects.toMatchObject({ code: 'no_session' })
  expect(requests).toEqual([])
})

test('what needs no session is asked without one, and unsigned where there is one', async () => {
  const { url, requests } = await scriptedServer(() => ({ status: 204, body: '' }))
  const body = { email: 'ada@example.org' }
  for (const client of [new ParleyClient({ url }), new ParleyClient({ url, session: grant(1) })]) {
    await client.publicHttp.POST('/v1/auth/password-reset', { body })
  }
  expect(requests.map((request) => [request.path, request.token, request.body])).toEqual([
    ['/v1/auth/password-reset', undefined, body],
    ['/v1/auth/password-reset', undefined, body],
  ])
})

test('where the address is confirmed first, or a code is asked for, the error says so', async () => {
  const { url } = await scriptedServer(({ path }) =>
    path === '/v1/auth/register' ? { status: 202, body: '' } : problem(401, 'two_factor_required'),
  )
  const client = new ParleyClient({ url })
  const account = { username: 'ada', email: 'ada@example.org', password: 'secret' }
  expect(await failureOf(client.register(account))).toMatchObject({
    code: 'confirmation_needed',
    message: 'unable to sign in; open the link in the mail first',
  })
  const failure = await failureOf(client.login({ login: 'ada', password: 'secret' }))
  expect(failure).toMatchObject({ code: 'two_factor_required', status: 401 })
  expect(client.session).toBeUndefined()
})

test('whoever signed in in another way goes on as after a login', async () => {
  const { url, requests } = await scriptedServer(() => ({ status: 200, body: ada }))
  const client = new ParleyClient({ url })
  const user = { ...ada, id: 'one' } as OwnUser // what this test needs of one
  await client.signIn({ user, session: grant(1) })
  expect(client.user).toEqual(user)
  await client.me()
  expect(requests.at(-1)?.token).toBe('access-1')
})

test('an access token the server refuses is renewed once for all callers', async () => {
  const { url, requests } = await scriptedServer(renewing(2))
  const client = new ParleyClient({ url, session: grant(1) })
  const people = await Promise.all([client.me(), client.me(), client.me()])
  expect(people).toEqual([ada, ada, ada])
  expect(requests.filter(({ path }) => path === '/v1/auth/refresh')).toMatchObject([
    { body: { refreshToken: 'refresh-1' } },
  ])
  expect(client.session).toEqual(grant(3))
})

test('the body of a request is sent again after a renewal', async () => {
  const { url, requests } = await scriptedServer(renewing(2))
  const client = new ParleyClient({ url, session: grant(1) })
  await client.http.PATCH('/v1/users/me', { body: { bio: 'mathematician' } })
  const patches = requests.filter(({ method }) => method === 'PATCH')
  expect(patches.map(({ body }) => body)).toEqual([
    { bio: 'mathematician' },
    { bio: 'mathematician' },
  ])
})

test('a request is tried twice at most', async () => {
  const { url, requests } = await scriptedServer(({ path }) =>
    path === '/v1/auth/refresh'
      ? { status: 200, body: { session: grant(2) } }
      : problem(401, 'unauthenticated'),
  )
  const failure = new ParleyClient({ url, session: grant(1) }).me()
  await expect(failure).rejects.toMatchObject({ code: 'unauthenticated', status: 401 })
  expect(requests).toHaveLength(3)
})

test('a refused refresh token ends the session here', async () => {
  const { url } = await scriptedServer(({ path }) =>
    problem(401, path === '/v1/auth/refresh' ? 'invalid_refresh_token' : 'unauthenticated'),
  )
  const client = new ParleyClient({ url, session: grant(1) })
  await expect(client.me()).rejects.toMatchObject({ code: 'invalid_refresh_token' })
  expect(client.session).toBeUndefined()
})

test('a renewal that fails for now keeps the session', async () => {
  const { url } = await scriptedServer(({ path }) =>
    path === '/v1/auth/refresh' ? problem(503, 'unavailable') : problem(401, 'unauthenticated'),
  )
  const client = new ParleyClient({ url, session: grant(1) })
  await expect(client.me()).rejects.toMatchObject({ code: 'unavailable' })
  expect(client.session).toEqual(grant(1))
})

test('logging out ends the session on the server and here, also where it had ended before', async () => {
  const { url, requests } = await scriptedServer(({ path }) =>
    problem(401, path === '/v1/auth/refresh' ? 'invalid_refresh_token' : 'unauthenticated'),
  )
  const client = new ParleyClient({ url, session: grant(1) })
  await client.logout()
  expect(requests[0]).toMatchObject({ method: 'POST', path: '/v1/auth/logout', token: 'access-1' })
  expect(client.session).toBeUndefined()
})

test('logging out where the store holds no session any more is no failure', async () => {
  const { url, requests } = await scriptedServer(() => problem(401, 'unauthenticated'))
  await new ParleyClient({ url }).logout()
  expect(requests).toEqual([])
})

test('an error carries what the problem says', async () => {
  const { url } = await scriptedServer(() => {
    const answer = problem(429, 'rate_limited')
    const errors = [{ pointer: '/login', detail: 'is missing' }]
    return { ...answer, body: { ...answer.body, retryAfterMs: 1500, errors } }
  })
  const error = await failureOf(new ParleyClient({ url }).login({ login: 'ada', password: 'x' }))
  expect(error).toMatchObject({
    name: 'ParleyError',
    message: 'unable to do it; rate_limited',
    code: 'rate_limited',
    status: 429,
    requestId: 'request-1',
    retryAfterMs: 1500,
    errors: [{ pointer: '/login', detail: 'is missing' }],
  })
})

test('an answer that is not from Parley is told apart', async () => {
  const { url } = await scriptedServer(() => ({
    status: 502,
    body: 'bad gateway',
    type: 'text/html',
  }))
  const error = await failureOf(new ParleyClient({ url, session: grant(1) }).me())
  expect(error).toMatchObject({ code: 'unexpected_answer', status: 502, requestId: 'request-1' })
})

test('a server that is not there is "unreachable"', async () => {
  const error = await failureOf(
    new ParleyClient({ url: 'http://127.0.0.1:1', session: grant(1) }).me(),
  )
  expect(error).toMatchObject({ code: 'unreachable' })
  expect(error.cause).toBeInstanceOf(Error)
})

async function failureOf(work: Promise<unknown>): Promise<ParleyError> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (error instanceof ParleyError) return error
  throw new Error('expected a ParleyError')
}
