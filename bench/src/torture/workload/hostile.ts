import { setTimeout as sleep } from 'node:timers/promises'
import { WebSocket } from 'ws'
import type { Random } from '../random.ts'

const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`

/** What no client sends; none of it may end the process or reach anybody. */
const attacks: readonly ((socket: WebSocket) => void)[] = [
  (socket) => socket.send('{'),
  (socket) => socket.send('null'),
  (socket) => socket.send(deep),
  (socket) => socket.send('{"id":1,"type":"__proto__"}'),
  (socket) => socket.send('{"id":1e999,"type":"message.send","room":{},"__proto__":{"ok":true}}'),
  (socket) => socket.send(Buffer.from([0xff, 0xfe, 0x00]), { binary: true }),
  (socket) => socket.send('x'.repeat(200_000)),
  (socket) => socket.send('{"id":2,"type":"hello","token":"eyJhbGciOiJub25lIn0.e30."}'),
  (socket) => {
    for (let n = 0; n < 3000; n++)
      socket.send(`{"id":${n},"type":"room.sync","room":"x","after":-1}`)
  },
  (socket) => {
    for (let n = 0; n < 300; n++) socket.send('{"id":', { fin: false })
  },
  (socket) => {
    const cursors = `{"00000000-0000-0000-0000-000000000000":9007199254740991}`
    socket.send(`{"id":1,"type":"hello","token":"x","cursors":${cursors}}`)
  },
  (socket) => socket.ping(Buffer.alloc(125)),
]

/** A dozen sockets, half of them signed in, each with one attack, then cut. */
export async function strikeHostile(url: string, token: string, random: Random): Promise<void> {
  const sockets = random.shuffled(attacks).map((attack) => {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/v1/socket`, 'parley.v1')
    socket.on('error', () => undefined) // whatever the server answers
    const greets = random.chance(0.5)
    socket.once('open', () => {
      if (greets) socket.send(JSON.stringify({ id: 0, type: 'hello', token }))
      attack(socket)
    })
    return socket
  })
  await sleep(1500)
  for (const socket of sockets) socket.terminate()
}
