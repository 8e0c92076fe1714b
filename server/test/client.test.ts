import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ParleyClient } from '@parley/client'
import { systemClock } from '../src/infra/clock.ts'
import { startApp } from './start-app.ts'
import type { Started } from './start-app.ts'

/** The client's own promises, kept against the real server; its unit tests are in sdk/. */
describe('the client', () => {
  let started: Started
  /** The server's clock runs ahead by so much, in milliseconds. */
  let ahead = 0

  beforeAll(async () => {
    const clock = { ...systemClock, now: () => systemClock.now() + ahead }
    started = await startApp({ clock })
  })
  afterAll(() => started.close())

  it('registers, logs out and logs in again', async () => {
    const client = started.client()
    const password = 'notes on the engine'
    const { user } = await client.register({ username: 'ada', email: 'ada@example.org', password })
    expect(await client.me()).toEqual(user)
    const before = client.session
    await client.logout()
    expect(client.session).toBeUndefined()
    const { url, check } = started
    const ended = new ParleyClient({ url, fetch: check.fetch, session: before })
    await expect(ended.me()).rejects.toMatchObject({ code: 'invalid_refresh_token', status: 401 })
    await client.login({ login: 'ada', password })
    expect((await client.me()).id).toBe(user.id)
  })

  it('goes on after its access token ran out, over HTTP and the socket, renewing it once', async () => {
    const { session } = await started.person('ben')
    const { url, check } = started
    const paths: string[] = []
    const fetch = (request: Request) => {
      paths.push(new URL(request.url).pathname)
      return check.fetch(request)
    }
    const client = new ParleyClient({ url, fetch, WebSocket: check.WebSocket, session })
    ahead += 20 * 60_000
    const [me, connection, again] = await Promise.all([
      client.me(),
      client.openSocket(),
      client.me(),
    ])
    expect([me.username, connection.ready.user.username, again.username]).toEqual(
      Array(3).fill('ben'),
    )
    expect(paths.filter((path) => path === '/v1/auth/refresh')).toHaveLength(1)
    expect(client.session?.id).toBe(session?.id)
    connection.close()
  })

  it('refreshes when asked to; a session can be taken over by another client', async () => {
    const client = await started.person('cleo')
    const before = client.session?.refreshToken
    await client.refresh()
    expect(client.session?.refreshToken).not.toBe(before)
    const { url, check } = started
    const other = new ParleyClient({ url, fetch: check.fetch, session: client.session })
    expect((await other.me()).username).toBe('cleo')
  })

  it('tells a refused input field by field', async () => {
    const client = started.client()
    const refused = client.register({
      username: 'x',
      email: 'x@example.org',
      password: 'long enough',
    })
    await expect(refused).rejects.toMatchObject({
      code: 'invalid_request',
      status: 400,
      errors: [{ pointer: '/username' }],
    })
    const failed = client.login({ login: 'nobody', password: 'whatever it is' })
    await expect(failed).rejects.toMatchObject({ code: 'invalid_credentials', status: 401 })
  })

  it('P6 learns from closed that its session has ended', async () => {
    const client = await started.person('dora')
    const connection = await client.openSocket()
    await client.logout()
    expect(await connection.closed).toMatchObject({ code: 4502 })
  })

  it('S3 rejects a refused command with the code of the server', async () => {
    const client = await started.person('emil')
    const connection = await client.openSocket()
    const sent = connection.send('message.send', {
      room: randomUUID(),
      clientId: randomUUID(),
      text: 'x',
    })
    await expect(sent).rejects.toMatchObject({
      code: 'room_not_found',
      message: expect.stringContaining('unable to send message; '),
    })
    connection.close()
  })

  it('S5 hands the socket a new token with token.renew', async () => {
    const client = await started.person('finn')
    const connection = await client.openSocket()
    await client.refresh()
    const { expiresAt } = await connection.send('token.renew', {
      token: client.session?.accessToken ?? '',
    })
    expect(Date.parse(expiresAt)).toBeGreaterThan(systemClock.now())
    connection.close()
  })
})
