import { randomUUID } from 'node:crypto'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { Socket } from '@parley/client'
import { apiDeclarations } from '../src/api.ts'
import { bytesOf, totpCode } from '../src/auth/totp.ts'
import { awaitMail, tokenOf } from './mailbox.ts'
import { SoftwareAuthenticator } from './software-authenticator.ts'
import { openIdJourney } from './openid-journey.ts'
import { startApp } from './start-app.ts'
import type { Person, Started } from './start-app.ts'

let started: Started
let ada: Person
let ben: Person
let cleo: Person
let group: string
let channel: string

beforeAll(async () => {
  started = await startApp()
  ada = await started.person('ada')
  ben = await started.person('ben')
  cleo = await started.person('cleo')
})
afterAll(() => started.close())

const inRoom = (roomId: string) => ({ params: { path: { roomId } } })
const at = (roomId: string, seq: number) => ({ params: { path: { roomId, seq } } })
const of = (userId: string) => ({ params: { path: { userId } } })
const member = (roomId: string, userId: string) => ({ params: { path: { roomId, userId } } })

/** What was not seen of what the documents promise. */
function unseen(promised: string[]): string[] {
  return promised.filter((one) => !started.check.seen.has(one))
}

test('every success answer the documents promise is given, as they promise it', async () => {
  // Open meanwhile, so that every event reaches someone.
  const sockets = [await ada.openSocket(), await ben.openSocket(), await cleo.openSocket()]
  await tryRooms()
  await tryMembers()
  await tryMessages()
  await tryPeople()
  await tryAvatars()
  await tryAdministration()
  await tryMail()
  await tryConfirmedRegistration()
  await tryBrowser()
  await tryTokens()
  await tryTwoFactor()
  await tryPasskeys()
  for (const answer of await openIdJourney(started.databaseUrl)) started.check.seen.add(answer)
  await trySessions()
  const promised = apiDeclarations().endpoints.flatMap(({ declaration }) =>
    Object.keys(declaration.answers).map(
      (status) => `${declaration.method} ${declaration.path} ${status}`,
    ),
  )
  expect(unseen(promised)).toEqual([])
  for (const socket of sockets) socket.close()
  started.check.assertKept()
}, 60_000) // some seconds of work, on a machine that has them

test('every command and event the documents promise is there, as they promise it', async () => {
  const dora = await started.person('dora')
  const socket = await dora.openSocket()
  const { data: room } = await dora.http.POST('/v1/rooms', {
    body: { clientId: randomUUID(), kind: 'group', name: 'Sockets', memberIds: [ben.userId] },
  })
  const other = await ben.openSocket()
  await tryCommands(socket, room.id)
  const seen = await started.person('seen')
  await socket.send('presence.watch', { userIds: [seen.userId] })
  const here = await seen.openSocket()
  await comeBack(dora, other.ready.epoch, room.id)
  const { commands, frames } = apiDeclarations()
  const promised = [
    ...commands.map(({ declaration }) => `reply ${declaration.type}`),
    ...frames.map(({ type }) => `frame ${type}`),
  ]
  const later = ['frame ping', 'frame reconnect'] // after 25 s; when the server goes down
  await vi.waitFor(() => expect(unseen(promised).filter((one) => !later.includes(one))).toEqual([]))
  here.close()
  started.check.assertKept()
})

async function tryRooms(): Promise<void> {
  const body = { clientId: randomUUID(), kind: 'channel', name: 'Everyone' } as const
  channel = (await ada.http.POST('/v1/rooms', { body })).data.id
  await ada.http.POST('/v1/rooms', { body })
  group = (
    await ada.http.POST('/v1/rooms', {
      body: { clientId: randomUUID(), kind: 'group', name: 'Some', memberIds: [ben.userId] },
    })
  ).data.id
  for (let n = 0; n < 2; n++) await ada.http.PUT('/v1/rooms/direct/{userId}', of(ben.userId))
  await ada.http.GET('/v1/rooms')
  await cleo.http.GET('/v1/channels', { params: { query: { q: 'every' } } })
  await cleo.http.GET('/v1/rooms/{roomId}', inRoom(channel))
  await cleo.http.POST('/v1/rooms/{roomId}/join', inRoom(channel))
  await ada.http.PATCH('/v1/rooms/{roomId}', { ...inRoom(group), body: { topic: 'Work' } })
}

async function tryMembers(): Promise<void> {
  const path = '/v1/rooms/{roomId}/members/{userId}'
  await ada.http.PUT(path, { ...member(group, cleo.userId), body: {} })
  await ada.http.PUT(path, { ...member(group, cleo.userId), body: { role: 'admin' } })
  await ada.http.GET('/v1/rooms/{roomId}/members', inRoom(group))
  await ada.http.DELETE(path, member(group, cleo.userId))
}

async function tryMessages(): Promise<void> {
  const body = { clientId: randomUUID(), text: 'hello' }
  const { data } = await ada.http.POST('/v1/rooms/{roomId}/messages', { ...inRoom(group), body })
  await ada.http.POST('/v1/rooms/{roomId}/messages', { ...inRoom(group), body })
  const one = at(group, data.seq)
  await ben.http.GET('/v1/rooms/{roomId}/messages/{seq}', one)
  await ada.http.PATCH('/v1/rooms/{roomId}/messages/{seq}', { ...one, body: { text: 'hello all' } })
  await ben.http.PUT('/v1/rooms/{roomId}/read', { ...inRoom(group), body: { seq: data.seq } })
  await ada.http.DELETE('/v1/rooms/{roomId}/messages/{seq}', one)
  await ben.http.GET('/v1/rooms/{roomId}/messages', inRoom(group))
  await ben.http.GET('/v1/rooms/{roomId}/log', inRoom(group))
}

async function tryPeople(): Promise<void> {
  await ada.me()
  await ada.http.PATCH('/v1/users/me', { body: { bio: 'Analyst' } })
  await ada.http.GET('/v1/users', { params: { query: { q: 'be' } } })
  await ada.http.GET('/v1/users/{userId}', of(ben.userId))
  await ada.http.PUT('/v1/users/me/blocks/{userId}', of(cleo.userId))
  await ada.http.GET('/v1/users/me/blocks')
  await ada.http.GET('/v1/users/me/export') // none yet
  await ada.http.POST('/v1/users/me/export')
  await ada.http.GET('/v1/users/me/export')
  await ada.http.DELETE('/v1/users/me/blocks/{userId}', of(cleo.userId))
  await ada.http.GET('/healthz')
  await ada.http.GET('/readyz')
  await ada.http.GET('/.well-known/jwks.json')
}

async function tryAvatars(): Promise<void> {
  const square = { width: 8, height: 8, channels: 3, background: 'red' } as const
  const file = new Blob([await sharp({ create: square }).png().toBuffer()])
  const path = '/v1/users/me/avatar'
  const { data } = await ada.http.PUT(path, { body: { file }, bodySerializer: formOf })
  expect((await fetch(new URL(data.avatarUrl, started.url))).status).toBe(200)
  await ada.http.DELETE(path)
}

function formOf({ file }: { file: Blob }): FormData {
  const form = new FormData()
  form.set('file', file)
  return form
}

async function tryAdministration(): Promise<void> {
  await started.app.services.administration.promote('ada')
  await ada.http.GET('/v1/admin/users', { params: { query: { q: 'ben' } } })
  const body = { status: 'suspended', reason: 'a test' } as const
  await ada.http.PATCH('/v1/admin/users/{userId}', { ...of(cleo.userId), body })
  await ada.http.GET('/v1/admin/audit')
  const items = [{ key: 'pronouns', label: 'Pronouns', kind: 'text' as const, maxLength: 40 }]
  await ada.http.PUT('/v1/admin/profile-fields', { body: { items } })
  await ada.http.PATCH('/v1/users/me', { body: { fields: { pronouns: 'she' } } })
  await ada.http.GET('/v1/profile-fields')
  await ada.http.DELETE('/v1/admin/users/{userId}/two-factor', of(cleo.userId))
  await ada.http.DELETE('/v1/admin/users/{userId}/passkeys', of(cleo.userId))
  await ada.http.DELETE('/v1/admin/users/{userId}/sessions', of(cleo.userId))
  await ada.http.DELETE('/v1/admin/users/{userId}/avatar', of(cleo.userId))
  const gone = await started.person('gone')
  await ada.http.DELETE('/v1/admin/users/{userId}', of(gone.userId))
  const { data } = await ada.http.POST('/v1/admin/invitations', { body: { maxUses: 2 } })
  const one = { params: { path: { invitationId: data.invitation.id } } }
  await ada.http.GET('/v1/admin/invitations')
  await ada.http.GET('/v1/admin/invitations/{invitationId}', one)
  await ada.http.DELETE('/v1/admin/invitations/{invitationId}', one)
}

async function trySessions(): Promise<void> {
  const login = { login: 'ben', password: 'ben at parley' }
  const device = started.client()
  const { session } = await device.login(login)
  await device.refresh()
  const { data } = await ben.http.GET('/v1/auth/sessions')
  expect(data.items.map(({ id }) => id)).toContain(session.id)
  const path = { sessionId: session.id }
  await ben.http.DELETE('/v1/auth/sessions/{sessionId}', { params: { path } })
  await ben.http.DELETE('/v1/auth/sessions')
  const passwords = { currentPassword: login.password, newPassword: 'another one of ben' }
  await ben.http.POST('/v1/auth/password', { body: passwords })
  await started
    .client()
    .register({ username: 'eve', email: 'eve@example.org', password: 'eve at parley' })
  const eve = started.client()
  await eve.login({ login: 'eve', password: 'eve at parley' })
  await eve.http.DELETE('/v1/users/me')
  const last = started.client()
  await last.login({ login: 'ben', password: 'another one of ben' })
  await last.logout()
}

async function tryMail(): Promise<void> {
  const fay = await started.person('fay')
  const email = 'fay@example.org'
  await fay.http.POST('/v1/auth/email-verification')
  const proof = tokenOf(await awaitMail(started.dataDir, email, /Confirm/))
  await fay.http.POST('/v1/auth/email-verification/confirm', { body: { token: proof } })
  const change = { email: 'fay@example.com', currentPassword: 'fay at parley' }
  await fay.http.POST('/v1/auth/email', { body: change })
  await fay.http.POST('/v1/auth/password-reset', { body: { email } })
  const token = tokenOf(await awaitMail(started.dataDir, email, /Choose/))
  const body = { token, newPassword: 'another one of fay' }
  await fay.http.POST('/v1/auth/password-reset/confirm', { body })
}

/** On a second server, which asks for it. */
async function tryConfirmedRegistration(): Promise<void> {
  const env = { REGISTRATION: 'verified' }
  const second = await startApp({ databaseUrl: started.databaseUrl, env })
  const post = (path: string, body: object) => {
    const headers = { 'content-type': 'application/json' }
    const options = { method: 'POST', headers, body: JSON.stringify(body) }
    return second.check.fetch(`${second.url}${path}`, options)
  }
  const email = 'hal@example.org'
  await post('/v1/auth/register', { username: 'hal', email, password: 'hal at parley' })
  const token = tokenOf(await awaitMail(second.dataDir, email, /new account/))
  await post('/v1/auth/register/confirm', { token })
  for (const answer of second.check.seen) started.check.seen.add(answer)
  await second.close()
}

async function tryTokens(): Promise<void> {
  const root = await started.person('ira')
  await started.app.services.administration.promote('ira')
  const body = { name: 'robot', scopes: ['rooms:read' as const] }
  const own = await root.http.POST('/v1/auth/tokens', {
    body: { ...body, currentPassword: 'ira at parley' },
  })
  await root.http.GET('/v1/auth/tokens')
  const ownPath = { tokenId: own.data.info.id }
  await root.http.DELETE('/v1/auth/tokens/{tokenId}', { params: { path: ownPath } })
  const bot = await root.http.POST('/v1/admin/bots', { body: { username: 'robot' } })
  const path = { userId: bot.data.id }
  const made = await root.http.POST('/v1/admin/bots/{userId}/tokens', { params: { path }, body })
  await root.http.GET('/v1/admin/bots/{userId}/tokens', { params: { path } })
  await root.http.DELETE('/v1/admin/bots/{userId}/tokens/{tokenId}', {
    params: { path: { ...path, tokenId: made.data.info.id } },
  })
}

async function tryTwoFactor(): Promise<void> {
  const jan = await started.person('jan')
  const password = 'jan at parley'
  const path = '/v1/auth/two-factor'
  const setup = await jan.http.POST(path, { body: { currentPassword: password } })
  const code = totpCode(bytesOf(setup.data.secret), Math.floor(Date.now() / 30_000))
  const { data } = await jan.http.POST(`${path}/confirm`, { body: { code } })
  const [one = '', two = ''] = data.recoveryCodes
  await jan.http.GET(path)
  await started.client().login({ login: 'jan', password, code: one })
  const renewed = await jan.http.POST(`${path}/recovery-codes`, { body: { code: two } })
  const [three = ''] = renewed.data.recoveryCodes
  await jan.http.POST(`${path}/disable`, { body: { currentPassword: password, code: three } })
}

async function tryPasskeys(): Promise<void> {
  const kay = await started.person('kay')
  const device = new SoftwareAuthenticator('http://localhost:0') // as PORT says
  const path = '/v1/auth/passkeys'
  const begun = await kay.http.POST(`${path}/options`, {
    body: { currentPassword: 'kay at parley' },
  })
  const credential = device.create(begun.data)
  const { data } = await kay.http.POST(path, { body: { credential, name: 'telephone' } })
  const again = started.client()
  const login = '/v1/auth/passkey-login'
  const asked = await again.publicHttp.POST(`${login}/options`)
  const body = { credential: device.get(asked.data) }
  await again.signIn((await again.publicHttp.POST(login, { body })).data)
  expect(again.user?.id).toBe(kay.userId)
  await again.http.GET(path)
  const params = { path: { passkeyId: data.id } }
  await again.http.PATCH(`${path}/{passkeyId}`, { params, body: { name: 'old one' } })
  await again.http.DELETE(`${path}/{passkeyId}`, { params })
}

async function tryBrowser(): Promise<void> {
  const { session, http } = await started.person('gil')
  const path = '/v1/auth/browser-session'
  const headers = { origin: started.url }
  const body = { refreshToken: session?.refreshToken ?? '' }
  const { response } = await http.POST(path, { body, headers })
  const cookie = response.headers.get('set-cookie') ?? ''
  await http.POST(`${path}/refresh`, { headers: { ...headers, cookie } })
  await http.POST(`${path}/refresh`, { headers }) // a visitor's
  await http.DELETE(path, { headers: { ...headers, cookie } })
}

async function tryCommands(socket: Socket, room: string): Promise<void> {
  const { seq } = await socket.send('message.send', { room, clientId: randomUUID(), text: 'one' })
  await socket.send('message.edit', { room, seq, text: 'two' })
  await socket.send('typing.set', { room })
  await socket.send('read.set', { room, seq })
  await socket.send('message.delete', { room, seq })
  await socket.send('room.sync', { room, after: 0 })
}

/** With a cursor that cannot be, one of a room that is not hers, and a renewed token. */
async function comeBack(person: Person, epoch: string, room: string): Promise<void> {
  const cursors = { [room]: 1_000_000, [randomUUID()]: 1 }
  const socket = await person.openSocket({ epoch, cursors })
  await person.refresh()
  await socket.send('token.renew', { token: person.session?.accessToken ?? '' })
}
