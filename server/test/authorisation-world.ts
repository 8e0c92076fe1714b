/** The people and rooms of the authorisation matrix: who asks, where, and what about. */
import { randomUUID } from 'node:crypto'
import { Crowd } from './authorisation-people.ts'
import type { Actor } from './authorisation-people.ts'
import { contentOf } from './doors-world.ts'
import { foreignTokens } from './foreign-tokens.ts'
import { startApp } from './start-app.ts'
import type { Started } from './start-app.ts'
import type { CallerName, Place } from './authorisation-table.ts'

type App = Started['app']
type Roles = Awaited<ReturnType<typeof makeRoles>>
export type AuthorisationWorld = Awaited<ReturnType<typeof authorisationWorld>>

/** What one cell is about. */
export interface Scene {
  app: App
  as: CallerName
  /** Who asks; in the place of whom she asks whose token is not taken. */
  caller: Actor
  /** Undefined: without a token. */
  token: string | undefined
  place: Place | '-'
  room: RoomOfScene
  /** A message of the caller's, where she ever wrote there, and one of somebody else. */
  ownSeq: number
  anothersSeq: number
  /** Nobody's acquaintance; a member and an admin of the room beside those who ask. */
  outsider: Actor
  bystander: Actor
  deputy: Actor
  root: Actor
}

interface RoomOfScene {
  id: string
  /** By person: where her message is. */
  seqs: ReadonlyMap<string, number>
}

/** Words that only members may read. */
export const secretWords = ['Secret room', 'secret text']

/** The app with one person for each caller of the matrix, and a room of each kind. */
export async function authorisationWorld() {
  const started = await startApp({ env: { LIMIT_SCALE: '10000' } })
  const { app, databaseUrl } = started
  const crowd = new Crowd(app)
  const roles = await makeRoles(app, crowd)
  const rooms = new Map<Place, RoomOfScene>()
  const channel = await makeRoom(app, roles, 'channel')
  rooms.set('channel', channel)
  for (const place of ['group', 'archived', 'direct'] as const) {
    rooms.set(place, await makeRoom(app, roles, place))
  }
  await app.services.administration.promote(roles.suspended.username)
  const { root } = roles
  const change = { status: 'suspended' } as const
  await app.services.administration.changeUser(root.userId, roles.suspended.userId, change)
  const refusedTokens = {
    owner: await tokensOf(app, databaseUrl, roles.owner),
    root: await tokensOf(app, databaseUrl, root),
  }

  /** A scene whose room and people others share: for what changes nothing. */
  async function shared(caller: CallerName, place: Place | '-', forAdmins: boolean) {
    const room = rooms.get(place === '-' ? 'group' : place)
    if (!room) throw new Error(`there is no room of the kind ${place}`)
    const of = forAdmins ? 'root' : 'owner'
    const who = actorOf(roles, caller, of)
    const refused = { ...refusedTokens[of], suspended: roles.suspended.token }
    const token = caller in refused ? refused[caller] : who.token
    return sceneOf({ app, roles, as: caller, caller: who, token, place, room })
  }

  /** A shared scene with messages of its own. */
  async function withMessages(caller: CallerName, place: Place): Promise<Scene> {
    const scene = await shared(caller, place, false)
    if (place === 'archived') return scene
    const { owner, member } = roles
    const other = scene.caller === owner ? member : owner
    const seqs = await write(app, scene.room.id, [scene.caller, other])
    return sceneOf({ ...scene, roles, room: { id: scene.room.id, seqs } })
  }

  /** People, and where it is about a room also a room, of its own. */
  async function fresh(caller: CallerName, place: Place | '-', forAdmins: boolean) {
    const cast = { ...roles, ...(forAdmins && { outsider: await crowd.next() }) }
    const room = place === '-' ? channel : await makeRoom(app, cast, place)
    const known = actorOf(cast, caller, 'owner')
    const who = place === '-' ? await enterAs(app, await crowd.next(), cast, room, caller) : known
    return sceneOf({ app, roles: cast, as: caller, caller: who, token: who.token, place, room })
  }

  return {
    app,
    url: started.url,
    roles,
    shared,
    withMessages,
    fresh,
    stored: () => contentOf(databaseUrl),
    close: () => started.close(),
  }
}

type Given = Pick<Scene, 'app' | 'as' | 'caller' | 'token' | 'place' | 'room'> & { roles: Roles }

function sceneOf({ roles, ...scene }: Given): Scene {
  const { outsider, bystander, deputy, root, owner, member } = roles
  const { room, caller } = scene
  const other = caller.userId === owner.userId ? member : owner
  const anothersSeq = room.seqs.get(other.userId) ?? 0
  const ownSeq = room.seqs.get(caller.userId) ?? anothersSeq
  return { ...scene, ownSeq, anothersSeq, outsider, bystander, deputy, root }
}

/** In the five columns without a good token, whoever may most. */
function actorOf(roles: Roles, caller: CallerName, of: 'owner' | 'root'): Actor {
  const byName: Partial<Record<CallerName, Actor>> = {
    stranger: roles.stranger,
    'ex-member': roles.exMember,
    member: roles.member,
    admin: roles.admin,
    owner: roles.owner,
    'server-admin': roles.root,
  }
  return byName[caller] ?? roles[of]
}

async function makeRoles(app: App, crowd: Crowd) {
  const names = [
    'owner',
    'admin',
    'member',
    'exMember',
    'stranger',
    'bystander',
    'deputy',
    'outsider',
    'suspended',
    'root',
  ] as const
  const made = await Promise.all(names.map(async (name) => [name, await crowd.next()] as const))
  // One of each name.
  const roles = Object.fromEntries(made) as Record<(typeof names)[number], Actor>
  await app.services.administration.promote(roles.root.username)
  return roles
}

/** The same person, in the place of this caller. */
async function enterAs(
  app: App,
  actor: Actor,
  { owner }: Roles,
  room: RoomOfScene,
  caller: CallerName,
): Promise<Actor> {
  const { members } = app.services.chat
  const enter = (role: 'member' | 'admin' | 'owner') =>
    members.put(callerOf(owner), room.id, actor.userId, role)
  if (caller === 'member' || caller === 'admin' || caller === 'owner') await enter(caller)
  if (caller === 'server-admin') await app.services.administration.promote(actor.username)
  if (caller !== 'ex-member') return actor
  await enter('member')
  await members.remove(callerOf(actor), room.id, 'me')
  return actor
}

const callerOf = ({ userId, sessionId }: Actor) => ({
  userId,
  sessionId,
  role: 'user' as const,
  expiresAt: Infinity,
})

/** With a message of everyone who is or was in it. */
async function makeRoom(app: App, roles: Roles, place: Place): Promise<RoomOfScene> {
  const { rooms, members } = app.services.chat
  const { owner, admin, member, exMember, bystander, deputy } = roles
  if (place === 'direct') {
    const { room } = await rooms.direct(callerOf(member), owner.userId)
    return { id: room.id, seqs: await write(app, room.id, [owner, member]) }
  }
  const { room } = await rooms.create(callerOf(owner), {
    clientId: randomUUID(),
    kind: place === 'channel' ? 'channel' : 'group',
    name: 'Secret room',
    memberIds: [admin, member, exMember, bystander, deputy].map(({ userId }) => userId),
  })
  for (const { userId } of [admin, deputy]) {
    await members.put(callerOf(owner), room.id, userId, 'admin')
  }
  const seqs = await write(app, room.id, [owner, admin, member, exMember])
  await members.remove(callerOf(exMember), room.id, 'me')
  if (place === 'archived') await rooms.change(callerOf(owner), room.id, { archived: true })
  return { id: room.id, seqs }
}

async function write(app: App, roomId: string, authors: readonly Actor[]) {
  const sent = await Promise.all(
    authors.map(async (author) => {
      const message = { clientId: randomUUID(), text: 'secret text' }
      const { seq } = await app.services.chat.messages.send(callerOf(author), roomId, message)
      return [author.userId, seq] as const
    }),
  )
  return new Map(sent)
}

/** This person's tokens that are no good, each by its column. */
async function tokensOf(app: App, databaseUrl: string, actor: Actor) {
  const { service, sessions } = app.services.auth
  const ended = await service.createSessionFor(actor.userId, 'ended')
  await sessions.logOut(actor.userId, ended.id)
  const foreign = await foreignTokens({ ...actor, databaseUrl })
  const tokens: Partial<Record<CallerName, string | undefined>> = {
    'no-token': undefined,
    expired: foreign.expired,
    ended: ended.accessToken,
    purpose: foreign.wrong['made to reset a password'],
  }
  return tokens
}
