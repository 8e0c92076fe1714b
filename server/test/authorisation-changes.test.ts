/** What authorisation.test.ts cannot show in a table: power that begins and ends, and what is hidden
 *  looking like what is not there. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Declaration } from '../src/contract/endpoint.ts'
import { doorsWorld, operations } from './doors-world.ts'
import type { DoorsWorld } from './doors-world.ts'
import type { Person } from './start-app.ts'
import { MovableClock } from './movable-clock.ts'

let world: DoorsWorld
const clock = new MovableClock()
beforeAll(async () => {
  world = await doorsWorld({ clock })
})
afterAll(() => world.close())

const tokenOf = ({ session }: Person) => session?.accessToken ?? ''
const withAccess = (access: Declaration['access']) =>
  operations.filter((operation) => operation.access === access)
const closed = [...withAccess('user'), ...withAccess('admin')]

/** What each operation answers to its valid input with this token: "401 unauthenticated". */
async function answersTo(token: string, asked: readonly Declaration[]) {
  const answers: Record<string, string> = {}
  for (const operation of asked) {
    const { url, query, body } = world.validInput(operation)
    const { status, code } = await world.call(
      operation.method,
      `${url}?${new URLSearchParams(query).toString()}`,
      { token, ...(body && { payload: body }) },
    )
    answers[operation.id] = `${status} ${code}`.trim()
  }
  return answers
}

/** The same answer from all of them. */
const all = (asked: readonly Declaration[], answer: string) =>
  Object.fromEntries(asked.map(({ id }) => [id, answer]))

const nobody = all(closed, '401 unauthenticated')

describe('from the next request on, every operation that is not public is refused', () => {
  it('to a session that has ended, and to no other one', async () => {
    const ended = await world.signIn(world.ada)
    await world.call('POST', '/v1/auth/logout', { token: ended.accessToken })
    expect(await answersTo(ended.accessToken, closed)).toEqual(nobody)
    expect((await world.call('GET', '/v1/users/me', { token: tokenOf(world.ada) })).status).toBe(
      200,
    )
  })

  it('to a suspended person, also with that token once she is active again', async () => {
    const sue = await world.started.person('sue')
    const path = `/v1/admin/users/${sue.userId}`
    const change = (status: string) =>
      world.call('PATCH', path, { token: tokenOf(world.root), payload: { status } })
    expect((await change('suspended')).status).toBe(200)
    expect(await answersTo(tokenOf(sue), closed)).toEqual(nobody)
    expect((await change('active')).status).toBe(200)
    expect(await answersTo(tokenOf(sue), closed)).toEqual(nobody)
  })

  it('to a deleted account', async () => {
    const eve = await world.started.person('eve')
    const token = tokenOf(eve)
    expect((await world.call('DELETE', '/v1/users/me', { token })).status).toBe(204)
    expect(await answersTo(token, closed)).toEqual(nobody)
  })

  it('to a token that has run out, and not before', async () => {
    const { accessToken: token, expiresIn } = await world.signIn(world.ben)
    clock.advance((expiresIn - 2) * 1000)
    expect((await world.call('GET', '/v1/users/me', { token })).status).toBe(200)
    clock.advance(2000)
    expect(await answersTo(token, closed)).toEqual(nobody)
  })
})

it('an administrator who is none any more administers nothing, from the next request on', async () => {
  const boss = await world.started.person('boss')
  await world.app.services.administration.promote('boss')
  const { accessToken: token } = await world.signIn(boss)
  expect((await world.call('GET', '/v1/admin/users', { token })).status).toBe(200)
  const root = (await world.signIn(world.root)).accessToken
  const demotion = { token: root, payload: { role: 'user' } }
  await world.call('PATCH', `/v1/admin/users/${boss.userId}`, demotion)
  const forAdmins = withAccess('admin')
  expect(await answersTo(token, forAdmins)).toEqual(all(forAdmins, '403 forbidden'))
})

it('a room one may not see is answered, to the letter, as a room that is not there', async () => {
  const nowhere = randomUUID()
  const { accessToken: token } = await world.signIn(world.dora)
  const onRooms = operations.filter(({ path }) => path.includes('{roomId}'))
  for (const operation of onRooms) {
    const { url, body } = world.validInput(operation)
    const answer = async (roomId: string) => {
      const headers = { 'x-request-id': 'same' }
      const options = { token, headers, ...(body && { payload: body }) }
      const path = url.replace(world.group.id, roomId)
      const { status, text } = await world.call(operation.method, path, options)
      return { status, text }
    }
    expect(await answer(world.group.id)).toEqual(await answer(nowhere))
  }
})
