import { randomBytes, randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { SignJWT } from 'jose'
import type { Address } from '../load/line.ts'
import type { MemberSpec } from '../load/member.ts'
import type { Child, Children } from '../rig/children.ts'
import { freePort } from '../rig/free-port.ts'
import type { EmbeddedPostgres } from '../rig/postgres.ts'
import type { Shape, System } from '../rig/system.ts'
import { socketIoSchema } from './socketio-schema.ts'

const script = fileURLToPath(new URL('socketio-server.ts', import.meta.url))
const databaseName = 'bench_socketio'

interface SocketIoOptions {
  children: Children
  /** Whose database server it shares, in a database of its own. */
  postgres: EmbeddedPostgres
  redisUrl?: string | undefined
  nodes?: number
}

interface Node {
  address: Address
  child: Child
}

/** The Socket.IO peer: its processes, and the people and rooms it knows. */
export class SocketIo implements System {
  readonly name = 'Socket.IO'
  readonly dialect = 'socketio'
  readonly #postgres: EmbeddedPostgres
  readonly #nodes: readonly Node[]
  readonly #secret: Uint8Array

  private constructor(postgres: EmbeddedPostgres, nodes: readonly Node[], secret: Uint8Array) {
    this.#postgres = postgres
    this.#nodes = nodes
    this.#secret = secret
  }

  static async start(options: SocketIoOptions): Promise<SocketIo> {
    const { children, postgres, redisUrl, nodes: count = 1 } = options
    await postgres.createDatabase(databaseName)
    await postgres.with(databaseName, (client) => client.query(socketIoSchema))
    const secret = randomBytes(32).toString('hex')
    const nodes: Node[] = []
    for (let n = 0; n < count; n++) {
      const port = await freePort()
      const child = children.start(
        process.execPath,
        ['--import', import.meta.resolve('tsx'), script],
        {
          env: {
            PATH: process.env['PATH'],
            NODE_ENV: 'production',
            PORT: String(port),
            DATABASE_URL: postgres.urlOf(databaseName),
            TOKEN_SECRET: secret,
            ...(redisUrl && { REDIS_URL: redisUrl }),
          },
          stdio: ['ignore', 'inherit', 'inherit'],
        },
      )
      children.onStop(() => children.stop(child))
      const address = { host: '127.0.0.1', port }
      await untilReady(address, child)
      nodes.push({ address, child })
    }
    return new SocketIo(postgres, nodes, new TextEncoder().encode(secret))
  }

  get pids(): number[] {
    return this.#nodes.map(({ child }) => child.pid)
  }

  async seat({ rooms, members }: Shape): Promise<MemberSpec[]> {
    const roomIds = Array.from({ length: rooms }, () => randomUUID())
    const seats = roomIds.flatMap((room) =>
      Array.from({ length: members }, () => ({ room, user: randomUUID() })),
    )
    await this.#store(roomIds, seats)
    return Promise.all(
      seats.map(async ({ room, user }, at) => ({
        // Both nodes have members of each room.
        address: (this.#nodes[at % this.#nodes.length] as Node).address, // there is at least one
        token: await this.#tokenOf(user),
        rooms: [room],
      })),
    )
  }

  async #store(rooms: readonly string[], seats: readonly { room: string; user: string }[]) {
    const users = seats.map(({ user }) => user)
    await this.#postgres.with(databaseName, async (client) => {
      await client.query(
        `insert into rooms (id, name) select id, 'bench' from unnest($1::uuid[]) as id`,
        [rooms],
      )
      await client.query(
        `insert into users (id, username, display_name)
        select id, 'bench.' || id, 'bench.' || id from unnest($1::uuid[]) as id`,
        [users],
      )
      await client.query(
        `insert into members (room_id, user_id) select * from unnest($1::uuid[], $2::uuid[])`,
        [seats.map(({ room }) => room), users],
      )
    })
  }

  #tokenOf(user: string): Promise<string> {
    return new SignJWT()
      .setProtectedHeader({ alg: 'HS256' })
      .setSubject(user)
      .setExpirationTime('2h')
      .sign(this.#secret)
  }
}

async function untilReady({ host, port }: Address, { process: child }: Child): Promise<void> {
  const ready = (): Promise<boolean> =>
    fetch(`http://${host}:${port}/`).then(
      ({ ok }) => ok,
      () => false,
    )
  while (!(await ready())) {
    if (child.exitCode !== null) throw new Error('unable to start the Socket.IO peer')
    await sleep(20)
  }
}
