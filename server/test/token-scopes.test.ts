import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { Declaration } from '../src/contract/endpoint.ts'
import { Scope, scopeOf } from '../src/contract/scopes.ts'
import { operations } from './doors-world.ts'
import { refusalOf } from './raw-socket.ts'
import { socketWorld } from './socket-world.ts'

const door = socketWorld({ env: { LIMIT_SCALE: '100' } })

// StringEnum keeps its values in the schema.
const scopes = (Scope as unknown as { enum: Scope[] }).enum

/** A token of the administrator's, who is let through everywhere but for its scopes. */
async function tokenFor(given: readonly Scope[]) {
  const { app, root } = door.world
  const request = { name: 'test', scopes: [...given] }
  return app.services.auth.personalTokens.create(root.userId, root.userId, request)
}

async function codeOf(operation: Declaration, token: string): Promise<string> {
  const { url, query, body } = door.world.validInput(operation)
  const path = `${url}?${new URLSearchParams(query).toString()}`
  const { code } = await door.world.call(operation.method, path, {
    token,
    ...(body && { payload: body }),
  })
  return code
}

describe('a personal access token', () => {
  const closed = operations.filter(({ access }) => access !== 'public')

  it('opens no operation for which it lacks the scope, whatever others it has', async () => {
    for (const needed of [...scopes, null]) {
      const { token } = await tokenFor(scopes.filter((scope) => scope !== needed))
      for (const operation of closed.filter((one) => scopeOf(one) === needed)) {
        expect([operation.id, await codeOf(operation, token)]).toEqual([
          operation.id,
          'insufficient_scope',
        ])
      }
    }
  })

  it('opens every operation of its one scope', async () => {
    for (const only of scopes) {
      const { token } = await tokenFor([only])
      // Whoever ends her own power in the middle tries nothing afterwards.
      const asked = closed.filter((one) => scopeOf(one) === only && one.id !== 'changeAccount')
      expect(asked.length).toBeGreaterThan(0)
      for (const operation of asked) {
        expect([operation.id, await codeOf(operation, token)]).not.toEqual([
          operation.id,
          'insufficient_scope',
        ])
      }
    }
  })

  it('opens the socket with messages:read, and sends there with messages:write only', async () => {
    const { group, ada, root } = door.world
    await ada.http.PUT('/v1/rooms/{roomId}/members/{userId}', {
      params: { path: { roomId: group.id, userId: root.userId } },
      body: {},
    })
    const message = { room: group.id, clientId: randomUUID(), text: 'from a program' }
    const reader = await door.ready((await tokenFor(['messages:read'])).token)
    expect(refusalOf(await reader.ask('message.send', message)).code).toBe('insufficient_scope')
    const writer = await door.ready((await tokenFor(['messages:read', 'messages:write'])).token)
    expect(await writer.ask('message.send', message)).toMatchObject({ ok: true })
    expect(refusalOf(await writer.ask('presence.watch', { userIds: [] })).code).toBe(
      'insufficient_scope',
    )
    const deaf = await door.open()
    const { token } = await tokenFor(['messages:write', 'rooms:read'])
    expect(refusalOf(await deaf.ask('hello', { token })).code).toBe('insufficient_scope')
    await deaf.closed
  })

  it('tells its socket her address with people:read only', async () => {
    const { root } = door.world
    const { email } = (await root.http.GET('/v1/users/me')).data
    const near = await door.ready((await tokenFor(['messages:read', 'people:read'])).token)
    const far = await door.ready((await tokenFor(['messages:read'])).token)
    await root.http.PATCH('/v1/users/me', { body: { bio: 'keeps the keys' } })
    const told = await Promise.all(
      [near, far].map(async (socket) => [
        await socket.frame(({ type }) => type === 'ready'),
        await socket.frame(({ type }) => type === 'user.updated'),
      ]),
    )
    const seen = told.map(([ready, updated]) => [ready?.['user'], updated?.data])
    expect(seen).toMatchObject([
      [{ email }, { email, bio: 'keeps the keys' }],
      [{ email: null }, { email: null, bio: 'keeps the keys' }],
    ])
  })

  it('P6 closes its socket when it is ended, and opens no other', async () => {
    const { app, root } = door.world
    const { info, token } = await tokenFor(['messages:read'])
    const socket = await door.ready(token)
    await app.services.auth.personalTokens.revoke(root.userId, root.userId, info.id)
    expect(await socket.closed).toMatchObject({ code: 4502 })
    const late = await door.open()
    expect(refusalOf(await late.ask('hello', { token })).code).toBe('unauthenticated')
    expect(await late.closed).toMatchObject({ code: 4502 })
  })
})
