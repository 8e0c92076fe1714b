import type { Room, SignedIn } from '@parley/client'
import type { Place } from '../history.ts'
import type { Random } from '../random.ts'
import type { Account, World } from './device.ts'
import { Person } from './person.ts'
import { request } from './request.ts'
import { Warden } from './warden.ts'

export interface Crowd {
  warden: Warden
  people: Person[]
  /** Who reads a room to its end: a member who never leaves it. */
  readers: ReadonlyMap<string, Person | Warden>
}

const password = 'nothing lost, nothing doubled'

/** Registers everybody and makes the rooms: before any fault. */
export async function gather(world: World, random: Random, size: number): Promise<Crowd> {
  const account = await register(world, 'warden')
  const warden = new Warden({ world, account, random: random.fork() })
  await warden.device.logIn()
  const accounts: Account[] = []
  for (let n = 0; n < size; n++) accounts.push(await register(world, `person${n}`))
  const places = world.history.rooms
  places.push(...(await makeRooms(world, warden, random, accounts)))
  const people = accounts.map((account) => {
    const devices = random.between(1, 3)
    return new Person({ world, account, random: random.fork(), places, devices })
  })
  const readers = new Map<string, Person | Warden>(places.map(({ id }) => [id, warden]))
  await makeDirectRooms(world, people, readers)
  return { warden, people, readers }
}

async function register({ urls }: World, username: string): Promise<Account> {
  const body = { username, email: `${username}@example.org`, password }
  const answer = await ask<SignedIn>(urls, 'POST', '/v1/auth/register', { body })
  return { userId: answer.user.id, username, password }
}

async function makeRooms(
  { urls }: World,
  warden: Warden,
  random: Random,
  accounts: readonly Account[],
): Promise<Place[]> {
  const shapes = [
    { kind: 'channel' },
    { kind: 'channel' },
    { kind: 'group' },
    { kind: 'group' },
    { kind: 'group', history: 'sinceJoin' },
    { kind: 'group', history: 'sinceJoin' },
  ]
  const rooms: Place[] = []
  for (const [n, shape] of shapes.entries()) {
    const members = random.shuffled(accounts).slice(0, Math.ceil(accounts.length * 0.4))
    const memberIds = members.map(({ userId }) => userId)
    const body = { clientId: random.uuid(), name: `Room ${n}`, memberIds, ...shape }
    const { token } = warden.device
    rooms.push(placeOf(await ask<Room>(urls, 'POST', '/v1/rooms', { token, body })))
  }
  return rooms
}

/** Three pairs who never part. */
async function makeDirectRooms(
  { urls, history }: World,
  people: readonly Person[],
  readers: Map<string, Person | Warden>,
): Promise<void> {
  for (let n = 0; n + 1 < Math.min(6, people.length); n += 2) {
    const [one, other] = people.slice(n, n + 2)
    const device = one?.devices[0]
    if (!one || !other || !device) return
    await device.logIn()
    const path = `/v1/rooms/direct/${other.userId}`
    const place = placeOf(await ask<Room>(urls, 'PUT', path, { token: device.token }))
    history.rooms.push(place)
    readers.set(place.id, one)
  }
}

const placeOf = ({ id, kind, history }: Room): Place => ({ id, kind, history })

async function ask<T>(
  urls: readonly string[],
  method: string,
  path: string,
  input: { token?: string; body?: object },
): Promise<T> {
  const reply = await request({ url: urls[0] ?? '', method, path, ...input })
  if (!reply?.ok) throw new Error(`unable to prepare: ${method} ${path}: ${reply?.code ?? 'lost'}`)
  return reply.data as T // the caller names what that path answers
}
