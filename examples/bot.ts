/**
 * A bot: it answers `!time` in every room it is in. On Node 20 with tsx, on Node 24 as it is:
 *
 *     PARLEY_URL=http://localhost:3000 BOT_NAME=clock BOT_PASSWORD=… node bot.ts
 */
import { ParleyClient } from '@parley/client'
import { WebSocket } from 'ws'

const { PARLEY_URL = 'http://localhost:3000', BOT_NAME = '', BOT_PASSWORD = '' } = process.env

const client = new ParleyClient({ url: PARLEY_URL, WebSocket })
const { user } = await client.login({ login: BOT_NAME, password: BOT_PASSWORD })

// Each message comes once, also those that were written while the line was down.
client.on('message.created', ({ room, seq, data }) => {
  if (data.author.id === user.id || data.text !== '!time') return
  // It goes out as often as it takes and is stored once; a refusal, such as of an archived room, is
  // nothing to die of.
  client.rooms
    .get(room)
    ?.send(new Date().toISOString(), { replyTo: seq })
    .catch((error: unknown) => console.error(String(error)))
})

client.connection.subscribe(() => console.log(client.connection.state.name))
process.on('SIGTERM', () => client.close())
await client.connect()
