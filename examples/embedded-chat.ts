/**
 * The chat of somebody who is signed in to the product of embedding.ts, and nowhere else:
 *
 *     SESSION=cookie-of-ada node embedded-chat.ts hello
 */
import { ParleyClient, tokenStore } from '@parley/client'
import { WebSocket } from 'ws'

const { PARLEY_URL = 'http://localhost:3000', PRODUCT_URL = 'http://localhost:4000' } = process.env
const { SESSION = 'cookie-of-ada' } = process.env

/** In a browser the cookie goes along by itself. Undefined: signed in to nothing; an error: asked again. */
async function chatToken(): Promise<string | undefined> {
  const headers = { cookie: `session=${SESSION}` }
  const answer = await fetch(`${PRODUCT_URL}/chat-token`, { headers })
  if (answer.status === 401) return undefined
  if (!answer.ok) throw new Error(await answer.text())
  return answer.text()
}

const client = new ParleyClient({ url: PARLEY_URL, WebSocket, store: tokenStore(chatToken) })
await client.connect()
console.log(`signed in as ${client.user?.displayName}`)

const { data } = await client.http.GET('/v1/channels', { params: { query: { q: 'Lobby' } } })
const [lobby = await client.rooms.create({ kind: 'channel', name: 'Lobby' })] = data.items
const room = await client.rooms.join(lobby.id)
await room.send(process.argv[2] ?? 'hello')
await room.load()
for (const { author, text } of room.messages) console.log(`${author.displayName}: ${text}`)
client.close()
