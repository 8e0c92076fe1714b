import { setTimeout as sleep } from 'node:timers/promises'
import type { SignedIn } from '@parley/client'
import type { Call, History, Work } from '../history.ts'
import type { Random } from '../random.ts'
import type { Interner } from './interner.ts'
import { Positions } from './positions.ts'
import { request } from './request.ts'
import { Socket } from './socket.ts'
import type { Reply } from './socket.ts'

export interface World {
  history: History
  interner: Interner
  /** Where the nodes are. */
  urls: readonly string[]
}

export interface Account {
  userId: string
  username: string
  password: string
}

interface DeviceDeps {
  world: World
  account: Account
  random: Random
}

/** A person's device: a session, and a socket that comes back with its cursors on any node. */
export class Device {
  readonly positions: Positions
  readonly #deps: DeviceDeps
  #session = ''
  #token = ''
  #socket: Socket | undefined
  #stopped = false
  #live = false
  #running: Promise<void> | undefined
  readonly #halfOpen = new Set<Socket>()

  constructor(deps: DeviceDeps) {
    this.#deps = deps
    this.positions = new Positions(deps.account.userId)
  }

  get session(): string {
    return this.#session
  }

  get token(): string {
    return this.#token
  }

  /** Greeted, and caught up since. */
  get isLive(): boolean {
    return this.#live && this.#socket?.isOpen === true
  }

  get socket(): Socket | undefined {
    return this.#socket
  }

  start(): void {
    this.#running = this.#run()
  }

  async stop(): Promise<void> {
    this.#stopped = true
    for (const socket of this.#halfOpen) socket.terminate()
    this.#socket?.terminate()
    await this.#running
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      if (this.#token === '') await this.logIn()
      const code = this.#token === '' ? 0 : await this.#connection()
      // 4010, 4501 and 4502: this token opens nothing any more.
      if (code === 4010 || code >= 4501) this.#token = ''
      if (!this.#stopped) await sleep(this.#deps.random.between(20, 800))
    }
  }

  /** A new session: an old one may have ended, or its token run out. */
  async logIn(): Promise<void> {
    const { username, password } = this.#deps.account
    const [, url] = this.#node()
    const body = { login: username, password }
    const reply = await request({ url, method: 'POST', path: '/v1/auth/login', body })
    if (!reply?.ok) return
    const { session } = reply.data as SignedIn // the reply of that path
    this.#session = session.id
    this.#token = session.accessToken
  }

  #node(): [number, string] {
    const { world, random } = this.#deps
    const node = random.between(0, world.urls.length - 1)
    return [node, world.urls[node] ?? '']
  }

  /** One connection, to its end; its close code. */
  async #connection(): Promise<number> {
    const { world, account } = this.#deps
    const [node, url] = this.#node()
    const socket = new Socket({
      history: world.history,
      interner: world.interner,
      url,
      node,
      by: account.userId,
      session: this.#session,
      token: this.#token,
      epoch: this.positions.epoch,
      cursors: this.positions.cursors,
      onFrame: (frame) => {
        // An abandoned socket's frames are not the device's any more.
        if (this.#socket !== socket) return
        this.positions.take(frame)
        if (frame.type === 'live') this.#live = true
      },
    })
    this.#socket = socket
    this.#live = false
    const abandoned = new Promise<number>((resolve) => (this.#abandoned = () => resolve(1006)))
    if (!(await socket.hello())) socket.terminate()
    return Promise.race([socket.closed, abandoned])
  }

  #abandoned: () => void = () => undefined

  /** Goes on with a new socket while the old one is left half open: nothing is read or closed. */
  abandon(ms: number): void {
    const socket = this.#socket
    if (!socket) return
    socket.stall()
    this.#socket = undefined
    this.#abandoned()
    this.#halfOpen.add(socket)
    void sleep(ms, undefined, { ref: false }).then(() => {
      socket.terminate()
      this.#halfOpen.delete(socket)
    })
  }

  /** A call over HTTP on any node, recorded. */
  async overHttp(room: string, work: Work, asked: Asked): Promise<[Call, unknown]> {
    const [node, url] = this.#node()
    const call = this.#begin(room, work, node, null)
    const reply = await request({ url, token: this.#token, ...asked })
    return [this.#end(call, reply), reply?.ok ? reply.data : null]
  }

  /** A call over the socket, recorded. */
  async overSocket(
    room: string,
    work: Work,
    type: string,
    input: object,
  ): Promise<[Call, unknown]> {
    const socket = this.#socket
    const node = socket?.record.node ?? 0
    const call = this.#begin(room, work, node, socket?.record.id ?? null)
    const reply = (await socket?.ask(type, input)) ?? null
    return [this.#end(call, reply), reply?.ok ? reply.data : null]
  }

  #begin(room: string, work: Work, node: number, connection: number | null): Call {
    const { history } = this.#deps.world
    const call: Call = {
      id: history.calls.length + 1,
      by: this.#deps.account.userId,
      session: this.#session,
      room,
      node,
      connection,
      begin: history.now(),
      end: null,
      work,
      outcome: 'open',
    }
    history.calls.push(call)
    return call
  }

  #end(call: Call, reply: Reply | null): Call {
    call.end = this.#deps.world.history.now()
    call.outcome = reply === null ? 'lost' : reply.ok ? 'ok' : reply.code
    if (call.outcome === 'unauthenticated' && call.session === this.#session) void this.logIn()
    return call
  }
}

interface Asked {
  method: string
  path: string
  body?: object
}
