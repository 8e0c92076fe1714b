/** The real app with people and rooms in it, for tests that go through every operation. */
import { randomUUID } from 'node:crypto'
import type { InjectOptions } from 'fastify'
import { Client } from 'pg'
import { apiDeclarations } from '../src/api.ts'
import type { Declaration } from '../src/contract/endpoint.ts'
import { startApp } from './start-app.ts'
import type { Person, StartOptions, Started } from './start-app.ts'

/** Every HTTP operation of the product. */
export const operations: Declaration[] = apiDeclarations().endpoints.map(
  ({ declaration }) => declaration,
)

export type DoorsWorld = Awaited<ReturnType<typeof doorsWorld>>

export type Call = Omit<InjectOptions, 'url' | 'method'> & { token?: string }
type Method = Declaration['method'] | 'HEAD' | 'OPTIONS' | 'TRACE'

/** Ada owns a group and a channel with Ben, who writes there; Cora was in both and left; Dora never
 *  was; Root is administrator and has made a bot. */
export async function doorsWorld(options: StartOptions = {}) {
  const started = await startApp(options)
  const { app } = started
  const [ada, ben, cora, dora, root] = await Promise.all(
    (['ada', 'ben', 'cora', 'dora', 'root'] as const).map((name) => started.person(name)),
  )
  if (!ada || !ben || !cora || !dora || !root) throw new Error('five people were made')
  await app.services.administration.promote('root')

  const room = async (kind: 'group' | 'channel') => {
    const memberIds = [ben.userId, cora.userId]
    const body = { clientId: randomUUID(), kind, name: `A ${kind}`, memberIds }
    const { data } = await ada.http.POST('/v1/rooms', { body })
    const params = { path: { roomId: data.id } }
    await cora.http.DELETE('/v1/rooms/{roomId}/members/{userId}', {
      params: { path: { roomId: data.id, userId: 'me' } },
    })
    const sent = await ada.http.POST('/v1/rooms/{roomId}/messages', {
      params,
      body: { clientId: randomUUID(), text: `hello ${kind}` },
    })
    return { id: data.id, seq: sent.data.seq }
  }
  const robot = await app.services.auth.bots.create(root.userId, { username: 'robot' })
  const group = await room('group')
  const channel = await room('channel')

  const people = { ada, ben, cora, dora, root }
  return {
    ...people,
    started,
    app,
    group,
    channel,
    url: started.url,
    /** Another session of someone who is registered. */
    signIn: (person: Person) => app.services.auth.service.createSessionFor(person.userId, 'test'),
    /** One request through the whole door, without a socket. */
    async call(method: Method, url: string, { token, headers, ...rest }: Call = {}) {
      const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` }
      const options = { ...rest, method, url, headers: { ...authorization, ...headers } }
      // light-my-request's list of methods leaves out TRACE.
      return answerOf(await app.server.inject(options as InjectOptions))
    },
    /** An input that this operation takes from Ada, in her group. */
    validInput: (operation: Declaration): ValidInput => ({
      url: fill(operation.path, {
        roomId: group.id,
        userId: operation.path.includes('/bots/') ? robot.id : ben.userId,
        sessionId: randomUUID(),
        invitationId: randomUUID(),
        tokenId: randomUUID(),
        passkeyId: randomUUID(),
        identityId: randomUUID(),
        seq: String(group.seq),
      }),
      query: operation.id === 'searchUsers' ? { q: 'ada' } : {},
      body: exampleOf(operation),
    }),
    /** The content of every table, as one text to compare. */
    stored: () => contentOf(started.databaseUrl),
    close: () => started.close(),
  }
}

interface ValidInput {
  url: string
  query: Record<string, string>
  body: Record<string, unknown> | undefined
}

function answerOf(response: Awaited<ReturnType<Started['app']['server']['inject']>>) {
  const { statusCode: status, headers, body: text } = response
  const type = String(headers['content-type'] ?? '')
  const body: Record<string, unknown> = /json/.test(type) && text !== '' ? JSON.parse(text) : {}
  const code = typeof body.code === 'string' ? body.code : ''
  return { status, headers, text, type, body, code }
}

/** /v1/rooms/{roomId} → /v1/rooms/0197f0c4-… */
export function fill(path: string, values: Record<string, string>): string {
  return path.replaceAll(/\{(\w+)\}/g, (_, name: string) => values[name] ?? name)
}

export function exampleOf({ example }: Declaration): Record<string, unknown> | undefined {
  if (example === undefined) return undefined
  // Examples are objects; what was made with a clientId is made once.
  const body = { ...(example as Record<string, unknown>) }
  return 'clientId' in body ? { ...body, clientId: randomUUID() } : body
}

export async function contentOf(databaseUrl: string): Promise<string> {
  const client = new Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    // When people were last here is written behind whatever they call.
    const tables = await client.query<{ name: string }>(
      `select quote_ident(tablename) as name from pg_tables
       where schemaname = 'public' and tablename <> 'last_seen' order by 1`,
    )
    const digests: string[] = []
    for (const { name } of tables.rows) {
      const { rows } = await client.query<{ digest: string }>(
        `select count(*) || ' ' || md5(coalesce(string_agg(t::text, ',' order by t::text), '')) as digest from ${name} t`,
      )
      digests.push(`${name} ${rows[0]?.digest}`)
    }
    return digests.join('\n')
  } finally {
    await client.end()
  }
}
