import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Declaration } from '../src/contract/endpoint.ts'
import { doorsWorld, exampleOf, fill, operations } from './doors-world.ts'
import type { DoorsWorld, Person } from './doors-world.ts'
import { foreignTokens } from './foreign-tokens.ts'
import { MovableClock } from './movable-clock.ts'
import { SoftwareAuthenticator } from './software-authenticator.ts'

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

/** A new one of hers. */
async function passkeyOf({ userId }: Person): Promise<string> {
  const { passkeys } = world.app.services.auth
  const options = await passkeys.begin(userId)
  const credential = new SoftwareAuthenticator('http://localhost:0').create(options)
  return (await passkeys.add(userId, { credential, name: 'hers' })).id
}

async function identityOf({ userId }: Person): Promise<string> {
  const said = { issuer: 'https://login.example.org', subject: 'ada', emailVerified: false }
  const assertion = { ...said, severalFactors: false }
  const { identities } = world.app.services.auth
  return (await world.app.db.transaction((tx) => identities.link(tx, userId, assertion))).id
}

/** What each operation answers to its valid input with this token: "401 unauthenticated". */
async function answersTo(
  token: string | undefined,
  asked: readonly Declaration[],
  roomId?: string,
) {
  const answers: Record<string, string> = {}
  for (const operation of asked) {
    const { url, query, body } = world.validInput(operation)
    const path = roomId === undefined ? url : url.replace(world.group.id, roomId)
    const { status, code } = await world.call(
      operation.method,
      `${path}?${new URLSearchParams(query).toString()}`,
      { token, ...(body && { payload: body }) },
    )
    answers[operation.id] = `${status} ${code}`.trim()
  }
  return answers
}

/** The same answer from all of them. */
const all = (asked: readonly Declaration[], answer: string) =>
  Object.fromEntries(asked.map(({ id }) => [id, answer]))

const nobody = '401 unauthenticated'

describe('every operation that is not public', () => {
  it('is refused without a token', async () => {
    expect(await answersTo(undefined, closed)).toEqual(all(closed, nobody))
  })

  it('is refused with a token that is forged or made for something else', async () => {
    const { ada, started } = world
    const claims = { userId: ada.userId, sessionId: ada.session?.id ?? '' }
    const tokens = await foreignTokens({ ...claims, databaseUrl: started.databaseUrl })
    const control = await world.call('GET', '/v1/users/me', { token: tokens.right })
    expect(control.body).toMatchObject({ username: 'ada' })
    for (const [what, token] of Object.entries({ ...tokens.wrong, expired: tokens.expired })) {
      expect([what, await answersTo(token, closed)]).toEqual([what, all(closed, nobody)])
    }
  })

  it('is refused with the refresh token', async () => {
    expect(await answersTo(world.ada.session?.refreshToken, closed)).toEqual(all(closed, nobody))
  })

  it('is refused with the token of a session that has ended, from the next request on', async () => {
    const ended = await world.signIn(world.ada)
    await world.call('POST', '/v1/auth/logout', { token: ended.accessToken })
    expect(await answersTo(ended.accessToken, closed)).toEqual(all(closed, nobody))
    expect((await world.call('GET', '/v1/users/me', { token: tokenOf(world.ada) })).status).toBe(
      200,
    )
  })

  it('is refused with the token of a suspended person, from the next request on', async () => {
    const sue = await world.started.person('sue')
    const path = `/v1/admin/users/${sue.userId}`
    const change = (status: string) =>
      world.call('PATCH', path, { token: tokenOf(world.root), payload: { status } })
    expect((await change('suspended')).status).toBe(200)
    expect(await answersTo(tokenOf(sue), closed)).toEqual(all(closed, nobody))
    expect((await change('active')).status).toBe(200)
    expect(await answersTo(tokenOf(sue), closed)).toEqual(all(closed, nobody))
  })

  it('is refused with the token of a deleted account, from the next request on', async () => {
    const eve = await world.started.person('eve')
    const token = tokenOf(eve)
    expect((await world.call('DELETE', '/v1/users/me', { token })).status).toBe(204)
    expect(await answersTo(token, closed)).toEqual(all(closed, nobody))
  })

  it('is refused to users where it is for administrators', async () => {
    const forAdmins = withAccess('admin')
    const refused = all(forAdmins, '403 forbidden')
    expect(await answersTo(tokenOf(world.ada), forAdmins)).toEqual(refused)
    const boss = await world.started.person('boss')
    await world.app.services.administration.promote('boss')
    expect((await world.call('GET', '/v1/admin/users', { token: tokenOf(boss) })).status).toBe(200)
    const demotion = { token: tokenOf(world.root), payload: { role: 'user' } }
    await world.call('PATCH', `/v1/admin/users/${boss.userId}`, demotion)
    expect(await answersTo(tokenOf(boss), forAdmins)).toEqual(refused)
  })
})

describe('every operation on a room', () => {
  const onRooms = operations.filter(({ path }) => path.includes('{roomId}'))
  const hidden = all(onRooms, '404 room_not_found')
  /** A channel shows itself and lets anyone in; all else is for its members. */
  const fromOutside = { ...all(onRooms, '403 forbidden'), getRoom: '200', joinChannel: '200' }

  async function directRoom(): Promise<string> {
    const { ada, ben } = world
    const { data } = await ada.http.PUT('/v1/rooms/direct/{userId}', {
      params: { path: { userId: ben.userId } },
    })
    return data.id
  }

  it('knows no group and no direct room for a stranger, nor for who has left', async () => {
    const before = await world.stored()
    const direct = await directRoom()
    const stored = await world.stored()
    expect(stored).not.toBe(before)
    for (const person of [world.dora, world.cora]) {
      for (const roomId of [world.group.id, direct]) {
        expect(await answersTo(tokenOf(person), onRooms, roomId)).toEqual(hidden)
      }
    }
    expect(await world.stored()).toBe(stored)
  })

  it('answers for a room one may not see as for a room that is not there', async () => {
    const nowhere = randomUUID()
    for (const operation of onRooms) {
      const { url, body } = world.validInput(operation)
      const answer = async (roomId: string) => {
        const headers = { 'x-request-id': 'same' }
        const options = { token: tokenOf(world.dora), headers, ...(body && { payload: body }) }
        const path = url.replace(world.group.id, roomId)
        const { status, text } = await world.call(operation.method, path, options)
        return { status, text }
      }
      expect(await answer(world.group.id)).toEqual(await answer(nowhere))
    }
  })

  it('lets a stranger see a channel and join it, and nothing else; so it is for who has left', async () => {
    for (const person of [world.dora, world.cora]) {
      const answers: Record<string, string> = {}
      // Joining comes last: afterwards she is no stranger any more.
      for (const operation of onRooms.toSorted((a) => (a.id === 'joinChannel' ? 1 : -1))) {
        Object.assign(answers, await answersTo(tokenOf(person), [operation], world.channel.id))
      }
      expect(answers).toEqual(fromOutside)
    }
  })
})

describe('every other operation', () => {
  const others = withAccess('user').filter(({ path }) => !path.includes('{roomId}'))
  /** What Dora is answered when she names what is Ada's. */
  const expected: Record<string, string> = {
    // what is everyone's
    readUser: '200',
    searchUsers: '200',
    listProfileFields: '200',
    listChannels: '200',
    openDirectRoom: '201',
    createRoom: '201',
    // what is the caller's own, whoever is named
    readOwnProfile: '200',
    changeOwnProfile: '200',
    changeOwnAvatar: '415 unsupported_media_type',
    removeOwnAvatar: '204',
    listSessions: '200',
    listRooms: '200',
    listBlocks: '200',
    blockUser: '204',
    unblockUser: '204',
    changePassword: '401 invalid_credentials',
    createToken: '401 invalid_credentials',
    listTokens: '200',
    revokeToken: '404 token_not_found',
    readTwoFactor: '200',
    beginTwoFactor: '401 invalid_credentials',
    confirmTwoFactor: '409 two_factor_off',
    renewRecoveryCodes: '409 two_factor_off',
    disableTwoFactor: '401 invalid_credentials',
    beginPasskey: '401 invalid_credentials',
    addPasskey: '401 invalid_passkey',
    listPasskeys: '200',
    renamePasskey: '404 passkey_not_found',
    removePasskey: '404 passkey_not_found',
    listIdentities: '200',
    beginLink: '401 invalid_credentials',
    confirmLink: '401 invalid_sign_in',
    unlinkIdentity: '404 identity_not_found',
    changeEmail: '401 invalid_credentials',
    requestEmailVerification: '202',
    endOtherSessions: '204',
    readExport: '404 export_not_found',
    requestExport: '202',
    // what is Ada's alone
    endSession: '404 session_not_found',
    // what ends the caller's own
    logOut: '204',
    deleteOwnAccount: '204',
  }

  it('is listed here with what it answers to somebody else’s ids', () => {
    expect(others.map(({ id }) => id).toSorted()).toEqual(Object.keys(expected).toSorted())
  })

  it('reaches nothing of another person', async () => {
    const { ada, dora, group } = world
    const request = { name: 'hers', scopes: ['rooms:read' as const] }
    const { personalTokens } = world.app.services.auth
    const { info } = await personalTokens.create(ada.userId, ada.userId, request)
    const passkeyId = await passkeyOf(ada)
    const session = ada.session?.id ?? ''
    const identityId = await identityOf(ada)
    const values = {
      userId: ada.userId,
      sessionId: session,
      tokenId: info.id,
      passkeyId,
      identityId,
    }
    const byId = new Map(others.map((operation) => [operation.id, operation]))
    for (const id of Object.keys(expected)) {
      const operation = byId.get(id)
      if (!operation) continue
      const token = (await world.signIn(dora)).accessToken
      const query = operation.id === 'searchUsers' ? '?q=ada' : ''
      const body = exampleOf(operation)
      const path = fill(operation.path, values) + query
      const answer = await world.call(operation.method, path, {
        token,
        ...(body && { payload: body }),
      })
      expect([id, `${answer.status} ${answer.code}`.trim()]).toEqual([id, expected[id]])
      expect(answer.text).not.toContain('ada@example.org')
      expect(answer.text).not.toContain('hello group')
      expect(answer.text).not.toContain(group.id)
    }
    const mine = await world.call('GET', '/v1/users/me', { token: tokenOf(ada) })
    expect(mine.body).toMatchObject({ username: 'ada', email: 'ada@example.org' })
  })
})

it('a token is refused once it has run out, and not before', async () => {
  const { accessToken: token, expiresIn } = await world.signIn(world.ben)
  clock.advance((expiresIn - 2) * 1000)
  expect((await world.call('GET', '/v1/users/me', { token })).status).toBe(200)
  clock.advance(2000)
  expect(await answersTo(token, closed)).toEqual(all(closed, nobody))
})
