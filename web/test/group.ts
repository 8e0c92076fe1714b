/** People who talk: what a test begins with. */
import { ParleyClient } from '@parley/client'

type Somebody = ParleyClient & { userId: string }

/** Where people come from: what `startApp` started, or `serverAt`. */
interface Server {
  person: (username: string) => Promise<Somebody>
}

/** A server in a process of its own. */
export function serverAt(url: string): Server {
  return {
    async person(username) {
      const client = new ParleyClient({ url })
      const email = `${username}@example.org`
      const { user } = await client.register({ username, email, password: `${username} at parley` })
      return Object.assign(client, { userId: user.id })
    },
  }
}

/** New people with these names, and a group of them all; the first one made it. */
export async function newGroup<Names extends string[]>(
  server: Server,
  name: string,
  ...names: Names
) {
  const people = await Promise.all(names.map((username) => server.person(username)))
  const [owner, ...others] = people
  if (!owner) throw new Error('unable to make a group; nobody is in it')
  const memberIds = others.map(({ userId }) => userId)
  const { id } = await owner.rooms.create({ kind: 'group', name, memberIds })
  // One for each name.
  return { people: people as { [Name in keyof Names]: Somebody }, id, path: `/rooms/${id}` }
}

/** A message of somebody who is elsewhere. */
export async function write(client: ParleyClient, roomId: string, text: string): Promise<void> {
  const params = { path: { roomId } }
  const body = { clientId: crypto.randomUUID(), text }
  await client.http.POST('/v1/rooms/{roomId}/messages', { params, body })
}
