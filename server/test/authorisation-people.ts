/** Signed-in people by the hundred, written as the services leave them: the matrix asks with
 *  somebody new wherever an answer changes something. */
import { randomBytes, randomUUID } from 'node:crypto'
import { uuidv7 } from 'uuidv7'
import { sql } from '../src/infra/sql.ts'
import type { Started } from './start-app.ts'

export interface Actor {
  userId: string
  username: string
  password: string
  sessionId: string
  token: string
}

type App = Started['app']

const password = 'everyone has this one'
const atOnce = 100

/** Where the matrix takes its people from. */
export class Crowd {
  readonly #app: App
  #waiting: Promise<Actor[]> = Promise.resolve([])

  constructor(app: App) {
    this.#app = app
  }

  /** Somebody whom nobody knows yet. */
  async next(): Promise<Actor> {
    const waiting = this.#waiting
    const actor = (await waiting).pop()
    if (actor) return actor
    // Of those who find it empty at once, the first fills it.
    if (this.#waiting === waiting) this.#waiting = this.#make()
    return this.next()
  }

  async #make(): Promise<Actor[]> {
    const { db, services } = this.#app
    const hash = await services.auth.hasher.hash(password)
    const people = Array.from({ length: atOnce }, () => ({
      userId: uuidv7(),
      sessionId: uuidv7(),
      username: `person.${randomUUID().slice(0, 13)}`,
    }))
    const ids = people.map(({ userId }) => userId)
    await db.query(sql`
      insert into users (id, username, email, password_hash, display_name, created_at, updated_at)
      select id, name, name || '@example.org', ${hash}, name, now(), now()
      from unnest(${ids}::uuid[], ${people.map(({ username }) => username)}::text[]) as u (id, name)`)
    await db.query(sql`
      insert into sessions (id, user_id, device_name, address, user_agent, created_at, last_used_at,
        expires_at, refresh_hash, rotated_at)
      select id, user_id, 'test', 'local', '', now(), now(), now() + interval '1 day',
        sha256(convert_to(${randomBytes(16).toString('hex')} || id, 'UTF8')), now()
      from unnest(${people.map(({ sessionId }) => sessionId)}::uuid[], ${ids}::uuid[])
        as s (id, user_id)`)
    return Promise.all(
      people.map(async (person) => {
        const token = await services.auth.tokens.issue(person.userId, person.sessionId)
        return { ...person, password, token }
      }),
    )
  }
}
