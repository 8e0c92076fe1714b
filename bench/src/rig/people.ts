import { randomUUID } from 'node:crypto'
import type { NewRoom, Room, SignedIn } from '@parley/client'

/** Half of what an access token lasts: whoever connects with it stays for a while. */
const renewAfterMs = 300_000
/** `memberIds` of a new room. */
const membersAtOnce = 100

export interface Person {
  userId: string
  token: string
  refreshToken: string
  /** By performance.now(). */
  since: number
}

/** People and rooms of a Parley, made through its HTTP door. */
export class People {
  readonly #url: string
  readonly #people: Person[] = []

  constructor(url: string) {
    this.#url = url
  }

  /** So many people with fresh tokens; those that exist already are used again. */
  async some(count: number): Promise<Person[]> {
    const missing = Array.from({ length: count - this.#people.length }, (_, n) => n)
    const first = this.#people.length
    const made = await inTurns(missing, (n) => this.#register(first + n))
    this.#people.push(...made)
    const wanted = this.#people.slice(0, count)
    await inTurns(wanted, (person) => this.#renew(person))
    return wanted
  }

  /** A group whose members are these; the first owns it. Its id. */
  async room(name: string, members: readonly Person[]): Promise<string> {
    const [owner, ...others] = members
    if (!owner) throw new Error('a room needs an owner')
    const memberIds = others.map(({ userId }) => userId)
    const body: NewRoom = {
      clientId: randomUUID(),
      kind: 'group',
      name,
      memberIds: memberIds.slice(0, membersAtOnce),
    }
    const { id } = await this.call<Room>('POST', '/v1/rooms', body, owner)
    await inTurns(memberIds.slice(membersAtOnce), (userId) =>
      this.call('PUT', `/v1/rooms/${id}/members/${userId}`, {}, owner),
    )
    return id
  }

  async call<Answer>(
    method: string,
    path: string,
    body?: object,
    caller?: Pick<Person, 'token'>,
  ): Promise<Answer> {
    const response = await fetch(this.#url + path, {
      method,
      headers: {
        ...(body && { 'content-type': 'application/json' }),
        ...(caller && { authorization: `Bearer ${caller.token}` }),
      },
      ...(body && { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`)
    // As the server documents it; a 204 has no body, and nobody asks for its answer.
    return JSON.parse(text || 'null') as Answer
  }

  async #register(n: number): Promise<Person> {
    const username = `bench.${n}`
    const email = `${username}@example.org`
    const body = { username, email, password: 'benchmark of parley' }
    const { user, session } = await this.call<SignedIn>('POST', '/v1/auth/register', body)
    const { accessToken: token, refreshToken } = session
    return { userId: user.id, token, refreshToken, since: performance.now() }
  }

  /** What a device gets for its refresh token. */
  async refresh(refreshToken: string): Promise<SignedIn['session']> {
    const { session } = await this.call<Pick<SignedIn, 'session'>>('POST', '/v1/auth/refresh', {
      refreshToken,
    })
    return session
  }

  async #renew(person: Person): Promise<void> {
    const now = performance.now()
    if (now - person.since < renewAfterMs) return
    const session = await this.refresh(person.refreshToken)
    person.token = session.accessToken
    person.refreshToken = session.refreshToken
    person.since = now
  }
}

/** Does this with each, a few at a time; the results in order. */
export async function inTurns<Item, Result>(
  items: readonly Item[],
  work: (item: Item, at: number) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = []
  const queue = items.entries()
  const worker = async (): Promise<void> => {
    for (const [at, item] of queue) results[at] = await work(item, at)
  }
  await Promise.all(Array.from({ length: 8 }, worker))
  return results
}
