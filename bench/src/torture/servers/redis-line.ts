/** A node's own line to Redis, which can be held: the connection stays, nothing arrives. */
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import type { Server, Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Children } from '../../rig/children.ts'
import { freePort } from '../../rig/free-port.ts'

export class RedisLine {
  readonly url: string
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  #isHeld = false

  private constructor(port: number, redisUrl: string) {
    this.url = `redis://127.0.0.1:${port}`
    this.#server = createServer((node) => this.#join(node, redisUrl))
    this.#server.listen(port, '127.0.0.1')
  }

  static async open(children: Children, redisUrl: string): Promise<RedisLine> {
    const line = new RedisLine(await freePort(), redisUrl)
    await once(line.#server, 'listening')
    children.onStop(async () => line.#close())
    return line
  }

  /** As a network that drops every packet for so long, and then delivers what was sent again. */
  async hold(ms: number): Promise<void> {
    this.#isHeld = true
    for (const socket of this.#sockets) socket.pause()
    await sleep(ms)
    this.#isHeld = false
    for (const socket of this.#sockets) socket.resume()
  }

  #join(node: Socket, redisUrl: string): void {
    const { hostname, port } = new URL(redisUrl)
    const redis = connect(Number(port), hostname)
    for (const [from, to] of [
      [node, redis],
      [redis, node],
    ] as const) {
      this.#sockets.add(from)
      from.on('data', (bytes) => to.write(bytes))
      from.on('error', () => undefined) // `close` follows
      from.on('close', () => {
        this.#sockets.delete(from)
        to.destroy()
      })
      if (this.#isHeld) from.pause()
    }
  }

  #close(): void {
    this.#server.close()
    for (const socket of this.#sockets) socket.destroy()
  }
}
